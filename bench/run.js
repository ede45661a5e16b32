import { readFile, writeFile } from "node:fs/promises"
import { availableParallelism, cpus, loadavg } from "node:os"
import { loadTool } from "./support/load.js"
import { canPin } from "./support/pinned.js"
import { settings } from "./support/rounds.js"
import { toTable } from "./support/statistics.js"

const everything = [
  "throughput",
  "sign-in-page",
  "sign-ins",
  "codec",
  "import",
  "cold-start",
  "heap",
  "profile",
]
const chosen = process.argv.slice(2)
const isWhole = chosen.length === 0 && settings.only === undefined

const loadBefore = loadavg()[0]
const sections = []
const checks = []
for (const name of chosen.length > 0 ? chosen : everything) {
  const part = await import(`./${name}.js`)
  console.log(`\n## ${part.title}\n`)
  const result = await part.run()
  console.log(`\n${result.text}`)
  sections.push(`## ${part.title}\n\n${result.text.trim()}\n`)
  checks.push(...result.checks)
}
const targets = checksTable()
console.log(`\n## Targets\n\n${targets}\n`)
if (isWhole) {
  const parts = ["# Results\n", await machine(), `## Targets\n\n${targets}\n`, ...sections]
  await writeFile(new URL("results.md", import.meta.url), parts.join("\n"))
  console.log("Written to bench/results.md")
}

function checksTable() {
  const verdict = (met) => (met === undefined ? "undecided: disturbed" : met ? "yes" : "**no**")
  const rows = checks.map(({ what, target, value, met }) => [what, target, value, verdict(met)])
  return toTable(["", "target", "measured", "met"], rows)
}

async function machine() {
  const { dependencies } = await readJson("package.json")
  const versions = await Promise.all(
    Object.keys(dependencies).map(async (name) => {
      const { version } = await readJson(`node_modules/${name}/package.json`)
      return `${name} ${version}`
    }),
  )
  const pinning = canPin ? "server on the first core, load on the second" : "not pinned to cores"
  return [
    "Written by `npm run bench`; [README.md](README.md) says how. Ratios are medians of the ratios within each round.\n",
    `- ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, Node.js ${process.version}, ${process.platform}`,
    `- ${cpus()[0].model}, ${availableParallelism()} cores, ${pinning}`,
    `- ${loadTool}, ${settings.rounds} interleaved rounds of ${settings.seconds} s after 1 s of warm-up`,
    `- load of the machine: ${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} at the end (1 is this benchmark's)`,
    `- ${versions.join(", ")}\n`,
  ].join("\n")
}

async function readJson(path) {
  return JSON.parse(await readFile(new URL(path, import.meta.url), "utf8"))
}
