import { fileURLToPath } from "node:url"
import { isInstalled, LOAD_CORE, runPinned } from "./pinned.js"

const CONNECTIONS = 16
const here = (file) => fileURLToPath(new URL(file, import.meta.url))

export const loadTool = isInstalled("wrk") ? "wrk" : "autocannon"
const load = loadTool === "wrk" ? loadWithWrk : loadWithAutocannon

/**
 * Asks a server for `seconds` as fast as it answers, over 16 connections, with its cookies in turn.
 *
 * @returns how many requests were answered, and in how many seconds
 * @throws where any answer was not a success
 */
export async function putUnderLoad({ url, cookieFile, title }, seconds) {
  const { failed, ...result } = await load(url, cookieFile, seconds)
  if (failed > 0) throw new Error(`${title}: ${failed} requests failed`)
  return result
}

async function loadWithWrk(url, cookieFile, seconds) {
  const flags = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", here("wrk.lua")]
  const printed = await runPinned(LOAD_CORE, "wrk", [...flags, url, "--", cookieFile])
  const requests = Number(printed.match(/(\d+) requests in/)?.[1])
  const perSecond = Number(printed.match(/Requests\/sec:\s+([\d.]+)/)?.[1])
  const failed = Number(printed.match(/Non-2xx or 3xx responses: (\d+)/)?.[1] ?? 0)
  return { requests, seconds: requests / perSecond, failed }
}

async function loadWithAutocannon(url, cookieFile, seconds) {
  const args = [here("autocannon.js"), url, cookieFile, String(seconds), String(CONNECTIONS)]
  return JSON.parse(await runPinned(LOAD_CORE, process.execPath, args))
}
