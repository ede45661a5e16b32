import { readdir } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { putUnderLoad } from "./load.js"
import { cpuSeconds, startServer, stopServer } from "./server.js"
import { atLeast, median } from "./statistics.js"

export const settings = {
  seconds: Number(process.env.BENCH_SECONDS ?? 4),
  rounds: Number(process.env.BENCH_ROUNDS ?? 3),
  only: process.env.BENCH_ONLY?.split(",").map((name) => name.trim()),
}

const WARM_UP_SECONDS = 1
/** Below this share of its core, a server waited for its turn: requests per second then say nothing about it. */
const UNDISTURBED = 0.9

/**
 * Measures every server of a folder in interleaved rounds, so that whatever else the machine does hits all of them.
 *
 * @param folder URL of a folder with one file per server
 * @param verify throws where a server does not do what the others do
 * @returns one `{ name, title, perSecond, cpu, busy, samples }` per server that could start, or `{ name, title, skipped }`
 */
export async function measureRounds(folder, verify) {
  const servers = await startServers(folder)
  try {
    const running = servers.filter(({ skipped }) => !skipped)
    for (const server of running) await verify(server)
    const samples = new Map(running.map((server) => [server, []]))
    for (let round = 1; round <= settings.rounds; round++) {
      for (const server of running) samples.get(server).push(await sample(server, round))
    }
    return servers.map((server) => (server.skipped ? server : summarize(server, samples.get(server))))
  } finally {
    await Promise.all(servers.map(stopServer))
  }
}

async function startServers(folder) {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".js")).sort()
  const wanted = files.filter((file) => settings.only?.includes(file.slice(0, -3)) ?? true)
  const servers = []
  for (const file of wanted) servers.push(await startServer(fileURLToPath(new URL(file, folder))))
  for (const { title, skipped } of servers) if (skipped) console.log(`${title}: skipped, ${skipped}`)
  return servers
}

async function sample(server, round) {
  await putUnderLoad(server, WARM_UP_SECONDS)
  const before = await cpuSeconds(server)
  const { requests, seconds } = await putUnderLoad(server, settings.seconds)
  const used = before === undefined ? Number.NaN : (await cpuSeconds(server)) - before
  console.log(
    `round ${round}  ${Math.round(requests / seconds)
      .toString()
      .padStart(6)}/s  ${server.title}`,
  )
  return { perSecond: requests / seconds, cpu: (used / requests) * 1e6, busy: used / seconds }
}

function summarize({ name, title }, samples) {
  const middle = (key) => median(samples.map((sample) => sample[key]))
  return { name, title, samples, perSecond: middle("perSecond"), cpu: middle("cpu"), busy: middle("busy") }
}

/** Times `other`: the median of the ratios within each round, as a machine that slows down for a while slows both. */
export function ratio(one, other) {
  return median(one.samples.map(({ perSecond }, round) => perSecond / other.samples[round].perSecond))
}

/** The same by processor time, which holds even where somebody else takes turns on the server's core. */
export function ratioByProcessor(one, other) {
  return median(one.samples.map(({ cpu }, round) => other.samples[round].cpu / cpu))
}

/** A row of the table of targets: how many times `other` a server must reach. Undecided where either was disturbed. */
export function atLeastTimes(what, one, other, target) {
  const check = atLeast(what, ratio(one, other), target)
  return Math.min(one.busy, other.busy) < UNDISTURBED ? { ...check, met: undefined } : check
}
