// Loaded before a contender by `node --import`: SIGUSR2 starts a profile, the next one prints it.
import { Session } from "node:inspector/promises"

const SAMPLING_MICROSECONDS = 500
const session = new Session()
let running = false

process.on("SIGUSR2", async () => {
  if (!running) return start()
  const { profile } = await session.post("Profiler.stop")
  console.log(JSON.stringify(profile))
})

async function start() {
  running = true
  session.connect()
  await session.post("Profiler.enable")
  await session.post("Profiler.setSamplingInterval", { interval: SAMPLING_MICROSECONDS })
  await session.post("Profiler.start")
}
