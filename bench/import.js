import { fileURLToPath } from "node:url"
import { runScript } from "./support/pinned.js"
import { atMost, median, toTable } from "./support/statistics.js"

export const title = "Import"

const SAMPLES = 41
const packages = ["express-authjs", "@auth/core", "@auth/express"]

/**
 * Processor time and memory that an import costs a process that has loaded Express already, and processor time of that
 * whole process. Not the time on the clock: other work on the machine doubles that.
 */
export async function run() {
  const samples = Object.fromEntries(packages.map((name) => [name, []]))
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const name of packages) samples[name].push(await runScript([fileURLToPath(import.meta.url), name]))
  }
  const of = (name, key) => median(samples[name].map((one) => one[key]))
  const row = (name) => [name, ...["cpu", "process", "grown", "rss"].map((key) => of(name, key).toFixed(1))]
  const [ours, core, official] = packages
  return {
    text: toTable(["", "ms of processor", "ms, whole process", "MB added", "MB resident"], packages.map(row)),
    checks: [
      atMost("import: times @auth/core, Express loaded before", of(ours, "cpu") / of(core, "cpu"), 1.3),
      atMost(
        "import: times @auth/express, the whole process with Express",
        of(ours, "process") / of(official, "process"),
        1.05,
      ),
    ],
  }
}

async function measure(name) {
  await import("express")
  const { rss } = process.memoryUsage()
  const start = process.cpuUsage()
  await import(name)
  const spent = process.cpuUsage(start)
  const whole = process.cpuUsage()
  const after = process.memoryUsage().rss
  const milliseconds = ({ user, system }) => (user + system) / 1000
  const megabytes = (bytes) => bytes / 1024 / 1024
  return {
    cpu: milliseconds(spent),
    process: milliseconds(whole),
    grown: megabytes(after - rss),
    rss: megabytes(after),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(await measure(process.argv[2])))
