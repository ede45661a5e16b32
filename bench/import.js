import { fileURLToPath } from "node:url"
import { runScript } from "./support/pinned.js"
import { atMost, median, toTable } from "./support/statistics.js"

export const title = "Import"

const SAMPLES = 11
const packages = ["express-authjs", "@auth/core"]

/** Time and memory that an import costs a process that has loaded Express already. */
export async function run() {
  const samples = Object.fromEntries(packages.map((name) => [name, []]))
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const name of packages) samples[name].push(await runScript([fileURLToPath(import.meta.url), name]))
  }
  const of = (name, key) => median(samples[name].map((one) => one[key]))
  const row = (name) => [
    name,
    of(name, "ms").toFixed(1),
    of(name, "withExpress").toFixed(1),
    of(name, "grown").toFixed(1),
    of(name, "rss").toFixed(1),
  ]
  const [ours, core] = packages
  return {
    text: toTable(["", "ms", "ms, with Express", "MB added", "MB resident"], packages.map(row)),
    checks: [atMost("import: times @auth/core, Express loaded before", of(ours, "ms") / of(core, "ms"), 1.3)],
  }
}

async function measure(name) {
  const start = performance.now()
  await import("express")
  const loaded = performance.now()
  const { rss } = process.memoryUsage()
  await import(name)
  const end = performance.now()
  const after = process.memoryUsage().rss
  const megabytes = (bytes) => bytes / 1024 / 1024
  return { ms: end - loaded, withExpress: end - start, grown: megabytes(after - rss), rss: megabytes(after) }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(await measure(process.argv[2])))
