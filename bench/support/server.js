import { strict as assert } from "node:assert"
import { once } from "node:events"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { user } from "./contender.js"
import { SERVER_CORE, spawnPinned } from "./pinned.js"

/**
 * Starts a contender in a process of its own and waits for its line.
 *
 * @returns what it announced; `nextLine()` waits for another one
 */
export async function startServer(file, nodeOptions = []) {
  const child = spawnPinned(SERVER_CORE, process.execPath, [...nodeOptions, file])
  const nextLine = readJsonLines(child, file)
  const announced = JSON.parse(await nextLine())
  const name = basename(file, ".js")
  if (announced.skipped) return { name, ...announced }
  const { port, path, cookies } = announced
  const cookieFile = join(await mkdtemp(join(tmpdir(), "bench-")), "cookies")
  await writeFile(cookieFile, `${cookies.join("\n")}\n`)
  return { name, ...announced, url: `http://127.0.0.1:${port}${path}`, cookieFile, child, nextLine }
}

/** Some contenders print other things as well. */
function readJsonLines(child, file) {
  let complaints = ""
  child.stderr.on("data", (chunk) => (complaints = (complaints + chunk).slice(-4000)))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return async function nextLine() {
    for (;;) {
      const { value, done } = await lines.next()
      if (done) throw new Error(`${file} ended:\n${complaints}`)
      if (value.startsWith('{"')) return value
    }
  }
}

export async function stopServer({ child, cookieFile }) {
  if (!child) return
  await rm(dirname(cookieFile), { recursive: true })
  if (child.exitCode !== null) return
  child.kill("SIGINT")
  await once(child, "exit")
}

/** A contender that lets everybody in, or knows nobody, would be fast. */
export async function verifyMe({ url, title, guarded, cookies }) {
  for (const cookie of new Set([cookies[0], cookies.at(-1)])) {
    const response = await fetch(url, { headers: { cookie }, redirect: "manual" })
    assert.equal(response.status, 200, `${title} answers ${response.status} to somebody signed in`)
    assert.deepEqual(await response.json(), { user }, `${title} knows somebody else`)
  }
  if (!guarded) return
  const { status } = await fetch(url, { redirect: "manual" })
  assert.ok([401, 403, 302].includes(status), `${title} answers ${status} to a stranger`)
}

/**
 * Processor time that the threads of a process have used so far, in seconds; `undefined` where there is no /proc. The
 * scheduler counts nanoseconds; /proc/<pid>/stat would count hundredths of a second.
 */
export async function cpuSeconds({ child }) {
  const threads = `/proc/${child.pid}/task`
  const ids = await readdir(threads).catch(() => undefined)
  if (!ids) return undefined
  const times = await Promise.all(ids.map((id) => readFile(`${threads}/${id}/schedstat`, "utf8")))
  return times.reduce((sum, time) => sum + Number(time.split(" ", 1)[0]), 0) / 1e9
}
