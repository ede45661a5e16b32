import { readdir } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { putUnderLoad } from "./load.js"
import { cpuSeconds, startServer, stopServer } from "./server.js"
import { median } from "./statistics.js"

export const settings = {
  seconds: Number(process.env.BENCH_SECONDS ?? 4),
  rounds: Number(process.env.BENCH_ROUNDS ?? 3),
  only: process.env.BENCH_ONLY?.split(",").map((name) => name.trim()),
}

const WARM_UP_SECONDS = 1

/**
 * Measures every server of a folder in interleaved rounds, so that whatever else the machine does hits all of them.
 *
 * @param folder URL of a folder with one file per server
 * @param verify throws where a server does not do what the others do
 * @returns one `{ name, title, perSecond, samples, cpu }` per server that could start, or `{ name, title, skipped }`
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
  const cpu = before === undefined ? Number.NaN : ((await cpuSeconds(server)) - before) / requests
  console.log(
    `round ${round}  ${Math.round(requests / seconds)
      .toString()
      .padStart(6)}/s  ${server.title}`,
  )
  return { perSecond: requests / seconds, cpu: cpu * 1e6 }
}

function summarize({ name, title }, samples) {
  const perSecond = samples.map((one) => one.perSecond)
  return {
    name,
    title,
    samples: perSecond,
    perSecond: median(perSecond),
    cpu: median(samples.map(({ cpu }) => cpu)),
  }
}

/** The median of the ratios within each round: a machine that slows down for a while slows both. */
export function ratio(one, other) {
  return median(one.samples.map((perSecond, round) => perSecond / other.samples[round]))
}
