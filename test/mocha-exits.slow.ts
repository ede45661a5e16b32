import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect } from "chai"

const root = fileURLToPath(new URL("../", import.meta.url))

/** Files that open connections to Redis and start Chromium. */
const files = ["test/redis/connection.test.ts", "test/redis/redis.test.ts", "test/browser/tabs.slow.ts"]
const greps = {
  "tests of both": "that goes silent is replaced|lets three tabs finish",
  "no test": "matches nothing at all",
}

describe("mocha with --grep", () => {
  for (const [matched, grep] of Object.entries(greps))
    for (const mode of [[], ["--parallel", "--jobs", "2"]])
      it(`exits after its report where it matches ${matched}${mode.map((part) => ` ${part}`).join("")}`, async function () {
        this.timeout(180_000)
        const { code, lingered, report } = await runMocha([...files, "--grep", grep, ...mode])
        expect(code, report).to.equal(0)
        expect(/(\d+) passing/.exec(report)?.[1] === "0", report).to.equal(matched === "no test")
        // An open connection holds a process for good, an idle one of a pool for ten seconds.
        expect(lingered, report).to.be.below(9000)
      })
})

interface Run {
  readonly code: number | null
  /** Milliseconds from the report to the end of the process. */
  readonly lingered: number
  readonly report: string
}

/** Runs mocha in a process group of its own, and kills the group if it does not exit, so that nothing stays behind. */
function runMocha(args: readonly string[]): Promise<Run> {
  const command = ["node_modules/mocha/bin/mocha.js", "--reporter", "dot", ...args]
  const mocha = spawn(process.execPath, command, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  })
  const killAfter = (milliseconds: number) =>
    setTimeout(() => mocha.pid && process.kill(-mocha.pid, "SIGKILL"), milliseconds)
  let killing = killAfter(140_000)
  let report = ""
  let reportedAt = Number.NaN
  mocha.stdout.on("data", (chunk: Buffer) => {
    report += chunk
    if (reportedAt || !/\d+ passing/.test(report)) return
    reportedAt = performance.now()
    clearTimeout(killing)
    killing = killAfter(20_000)
  })
  return new Promise((resolve, reject) => {
    mocha.once("error", reject)
    mocha.once("close", (code) => {
      clearTimeout(killing)
      resolve({ code, lingered: performance.now() - reportedAt, report })
    })
  })
}
