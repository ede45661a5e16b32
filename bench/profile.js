import { fileURLToPath } from "node:url"
import { putUnderLoad } from "./support/load.js"
import { settings } from "./support/rounds.js"
import { startServer, stopServer } from "./support/server.js"
import { toTable } from "./support/statistics.js"

export const title = "Where the time goes"

const names = ["bare", "ours-jwt-warm", "ours-jwt-cold", "ours-database"]
const SMALLEST_SHARE = 0.004

/** Processor time per request by package and, for our own, by file. */
export async function run() {
  const profiles = []
  for (const name of names) profiles.push(await profile(name))
  const total = (place) =>
    Math.max(...profiles.map((times) => (times.get(place) ?? 0) / times.get("all of it")))
  const places = [...new Set(profiles.flatMap((times) => [...times.keys()]))]
    .filter((place) => total(place) >= SMALLEST_SHARE)
    .sort((a, b) => total(b) - total(a))
  const rows = places.map((place) => [place, ...profiles.map((times) => (times.get(place) ?? 0).toFixed(1))])
  return { text: toTable(["µs of own time per request", ...names], rows), checks: [] }
}

async function profile(name) {
  const file = fileURLToPath(new URL(`contenders/${name}.js`, import.meta.url))
  const server = await startServer(file, ["--import", import.meta.resolve("./support/profiler.js")])
  await putUnderLoad(server, 2)
  server.child.kill("SIGUSR2")
  const { requests } = await putUnderLoad(server, settings.seconds)
  server.child.kill("SIGUSR2")
  const printed = await server.nextLine()
  await stopServer(server)
  return timesByPlace(JSON.parse(printed), requests)
}

function timesByPlace({ nodes, samples, timeDeltas }, requests) {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]))
  const times = new Map([["all of it", 0]])
  const add = (place, time) => times.set(place, (times.get(place) ?? 0) + time / requests)
  samples.forEach((id, index) => {
    const place = places.get(id)
    if (place === undefined) return
    add(place, timeDeltas[index])
    add("all of it", timeDeltas[index])
  })
  return times
}

function placeOf({ functionName, url }) {
  if (functionName === "(idle)" || functionName === "(root)") return undefined
  if (url === "") return functionName.startsWith("(") ? functionName : `native ${functionName}`
  const [, dependency] = url.match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/) ?? []
  if (dependency) return dependency
  const [, own] = url.match(/\/dist\/(.+)\.js$/) ?? []
  if (own) return `express-authjs: ${own}`
  return url.startsWith("node:") ? url.split("/")[0] + (url.includes("crypto") ? " crypto" : "") : "the app"
}
