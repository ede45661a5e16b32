import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { availableParallelism } from "node:os"

export const SERVER_CORE = 0
export const LOAD_CORE = 1

/** Processes stay on their cores where the system lets us choose: Linux with two cores. */
export const canPin = availableParallelism() > 1 && isInstalled("taskset")

export function isInstalled(command) {
  try {
    execFileSync("which", [command], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

/** Starts a process on one core (`undefined`: on all), in production mode and without any AUTH_* variable of ours. */
export function spawnPinned(core, command, args) {
  const pin = canPin && core !== undefined
  const [file, ...rest] = pin ? ["taskset", "-c", String(core), command, ...args] : [command, ...args]
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith("AUTH_"))
  const env = { ...Object.fromEntries(clean), NODE_ENV: "production" }
  return spawn(file, rest, { env, stdio: ["ignore", "pipe", "pipe"] })
}

/** Runs a command on one core to its end. Returns what it printed; throws with what it complained about. */
export async function runPinned(core, command, args) {
  const child = spawnPinned(core, command, args)
  const printed = { stdout: "", stderr: "" }
  for (const name of ["stdout", "stderr"]) child[name].on("data", (chunk) => (printed[name] += chunk))
  const [code] = await once(child, "close")
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${printed.stderr}`)
  return printed.stdout
}

/** Runs a script in a fresh Node process; its last line is the result, in JSON. */
export async function runScript(args, { core } = { core: SERVER_CORE }) {
  const lines = (await runPinned(core, process.execPath, args)).trim().split("\n")
  return JSON.parse(lines.at(-1))
}
