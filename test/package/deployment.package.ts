import { type ChildProcess, execFile, spawn } from "node:child_process"
import { chmod, cp, readdir, readFile, rm } from "node:fs/promises"
import { connect } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect } from "chai"
import { postgres, type TestDatabase } from "../database/servers.js"
import { redisUrl } from "../redis/servers.js"
import { acceptsConnections } from "../support/accepts-connections.js"
import { freePort } from "../support/free-port.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { until } from "../support/until.js"
import { UserAgent } from "../support/user-agent.js"
import { copyExample } from "./copy-example.js"
import { buildImage, type Image } from "./dockerfile.js"
import { createTemporaryFolder } from "./scratch-project.js"

const run = promisify(execFile)
const example = fileURLToPath(new URL("../../examples/deployment", import.meta.url))

/** Debian's user without rights, where the test may become another user. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

const createDatabase = postgres

if (createDatabase)
  describe("the app of the deployment guide", () => {
    let base: string
    let image: Image
    let db: TestDatabase
    let provider: OpenIdProvider
    let environment: Record<string, string>
    let port: number
    const running: ChildProcess[] = []

    before(async () => {
      base = await createTemporaryFolder()
      await chmod(base, 0o755)
      image = await buildImage(
        await readFile(join(example, "Dockerfile"), "utf8"),
        base,
        await copyExample(example, base, { mocha: "^12.0.0" }),
      )
      await run("chmod", ["-R", "a-w", image.folder])
      provider = await startOpenIdProvider()
      db = await createDatabase()
      port = await freePort()
      environment = {
        ...image.environment,
        ...{ PATH: process.env.PATH ?? "", PORT: `${port}`, HOST: "localhost" },
        ...{ AUTH_SECRET: "s".repeat(33), AUTH_URL: `http://localhost:${port}` },
        ...{ AUTH_DATABASE_URL: db.url, REDIS_URL: redisUrl },
        ...{ AUTH_SSO_ISSUER: provider.issuer, AUTH_SSO_ID: provider.clientId },
        AUTH_SSO_SECRET: provider.clientSecret,
      }
    })
    after(async () => {
      await provider?.close()
      await db?.drop()
      await rm(base, { recursive: true, force: true })
    })

    /** Runs a command as the container does: in its folder, as a user who may not write there. */
    const inContainer = (command: readonly string[]) => {
      const [program = "", ...args] = command
      return run(program, args, { cwd: image.folder, env: environment, ...nobody })
    }

    function start(): ChildProcess {
      const [program = "", ...args] = image.command
      const app = spawn(program, args, { cwd: image.folder, env: environment, stdio: "inherit", ...nobody })
      running.push(app)
      return app
    }

    afterEach(() => {
      for (const app of running.splice(0)) app.kill("SIGKILL")
    })

    const isHealthy = () =>
      inContainer(image.healthcheck).then(
        () => true,
        () => false,
      )

    async function signIn(): Promise<UserAgent> {
      const agent = new UserAgent()
      const page = await agent.followAll(await agent.get(`http://localhost:${port}/`))
      const leaving = await agent.submit(page, { button: /Company account/ })
      const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
      expect((await agent.followAll(back)).body).to.equal("Hello Ada Lovelace")
      return agent
    }

    it("contains production dependencies only, and runs as a user who cannot change it", async () => {
      expect(image.user).to.equal("node")
      expect(image.environment).to.include({ NODE_ENV: "production" })
      const installed = await readdir(join(image.folder, "node_modules"))
      expect(installed).to.include("express-authjs").and.not.include("mocha")
      if (!nobody.uid) return
      const writing = inContainer(["node", "-e", 'require("fs").writeFileSync("app.js", "")'])
      expect((await writing.catch(({ stderr }) => stderr)).toString()).to.include("EACCES")
    })

    it("creates its tables, gets healthy, signs in, and finishes a request after SIGTERM", async () => {
      await inContainer(["node", "migrate.js"])
      expect(await isHealthy()).to.equal(false)
      const app = start()
      const ended = new Promise<number | null>((resolve) => app.once("exit", resolve))
      await until(isHealthy)
      const agent = await signIn()
      const request = await openRequest(port)
      app.kill("SIGTERM")
      await until(async () => !(await acceptsConnections(port)))
      expect(await request.finish()).to.match(/\r\n\r\nHTTP\/1\.1 403 /)
      expect(await ended).to.equal(0)
      start()
      await until(isHealthy)
      expect((await agent.get(`http://localhost:${port}/`)).body).to.equal("Hello Ada Lovelace")
    })

    describe("under PM2, in two processes", () => {
      let folder: string
      const pm2 = (...args: string[]) => {
        const env = { ...environment, PM2_HOME: join(folder, ".pm2"), HOME: folder }
        return run(process.execPath, [join(folder, "node_modules/pm2/bin/pm2"), ...args], {
          cwd: folder,
          env,
        })
      }

      before(async () => {
        folder = join(base, "pm2")
        await cp(image.folder, folder, { recursive: true })
        await run("chmod", ["-R", "u+w", folder])
        await cp(join(example, "ecosystem.config.cjs"), join(folder, "ecosystem.config.cjs"))
        await run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "pm2@7"], { cwd: folder })
        await inContainer(["node", "migrate.js"])
      })
      after(() => pm2("kill"))

      it("answers every request while it is reloaded", async () => {
        await pm2("start", "ecosystem.config.cjs")
        const agent = await signIn()
        let reloading = true
        const load = (async () => {
          const statuses = new Set<number>()
          while (reloading) statuses.add((await agent.get(`http://localhost:${port}/`)).status)
          return statuses
        })()
        await pm2("reload", "ecosystem.config.cjs", "--update-env")
        reloading = false
        expect([...(await load)]).to.deep.equal([200])
        const { stdout } = await pm2("jlist")
        const restarts = JSON.parse(stdout).map(
          ({ pm2_env }: { pm2_env: { restart_time: number } }) => pm2_env.restart_time,
        )
        expect(restarts).to.deep.equal([1, 1])
      })
    })
  })

/** Posts a form without its token. The app waits for the body, which follows with `finish`. */
async function openRequest(port: number): Promise<{ finish(): Promise<string> }> {
  const socket = connect(port, "localhost")
  let received = ""
  socket.on("data", (chunk: Buffer) => {
    received += chunk
  })
  const ended = new Promise((resolve) => socket.once("close", resolve))
  const headers = ["Host: localhost", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 3"]
  const head = ["POST /auth/signout HTTP/1.1", ...headers, "Expect: 100-continue", "", ""]
  socket.write(head.join("\r\n"))
  await until(() => received.startsWith("HTTP/1.1 100 "))
  return {
    finish: async () => {
      socket.write("a=b")
      await ended
      return received
    },
  }
}
