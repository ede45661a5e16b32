import { type ChildProcess, spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect } from "chai"
import { startSignIn } from "../support/auth-apps.js"
import { startRotatingServer } from "../support/rotating-server.js"
import type { TokenProcessOptions } from "../support/token-process.js"
import { UserAgent } from "../support/user-agent.js"

const script = fileURLToPath(new URL("../support/token-process.ts", import.meta.url))

for (const place of ["rows of one database", "the session"])
  describe(`two processes, tokens in ${place}`, () => {
    const children: ChildProcess[] = []
    let folder = ""

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "express-authjs-"))
    })
    after(async () => {
      for (const child of children.splice(0)) child.kill()
      await rm(folder, { recursive: true, force: true })
    })

    async function startProcess(options: TokenProcessOptions): Promise<string> {
      const flags = ["--import=tsx", "--conditions=source", script, JSON.stringify(options)]
      const child = spawn(process.execPath, flags, { stdio: ["pipe", "pipe", "inherit"] })
      children.push(child)
      return new Promise((resolve, reject) => {
        child.stdout?.once("data", (line: Buffer) => resolve(line.toString().trim()))
        child.once("exit", (code) => reject(new Error(`The process ended with ${code}`)))
      })
    }

    it("refresh once for 50 requests at the same time", async () => {
      const server = await startRotatingServer()
      server.rotation.lifetime = 30
      const databaseUrl = place === "the session" ? {} : { databaseUrl: `sqlite:${join(folder, "auth.db")}` }
      const options = { provider: server.provider, locks: join(folder, "locks"), ...databaseUrl }
      const [first, second] = await Promise.all([startProcess(options), startProcess(options)])
      const agent = new UserAgent()
      const home = await agent.followAll(await startSignIn(agent, first, { provider: "rotating" }))
      expect(home.status, home.body).to.equal(404)
      server.rotation.lifetime = 3600
      server.rotation.delay = 200
      const ask = async (url: string): Promise<string> =>
        JSON.parse((await agent.get(`${url}/token`)).body).token
      const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(n % 2 ? first : second)))
      expect(new Set(answers).size).to.equal(1)
      expect(server.refreshes).to.have.length(1)
      expect(server.isCurrent(answers[0] ?? "")).to.equal(true)
      await server.close()
    })
  })
