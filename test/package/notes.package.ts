import { type ChildProcess, execFile, spawn } from "node:child_process"
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect } from "chai"
import { postgres, type TestDatabase, type TestServer } from "../database/servers.js"
import { acceptsConnections } from "../support/accepts-connections.js"
import { freePort } from "../support/free-port.js"
import { textOf } from "../support/html-form.js"
import { until } from "../support/until.js"
import { UserAgent, type Visit } from "../support/user-agent.js"
import { copyExample } from "./copy-example.js"
import { buildImage } from "./dockerfile.js"
import { createTemporaryFolder, userEnvironment } from "./scratch-project.js"

const run = promisify(execFile)
const example = fileURLToPath(new URL("../../examples/notes", import.meta.url))

describe("examples/notes, installed", () => {
  let base: string
  let folder: string
  const running: ChildProcess[] = []
  const databases: TestDatabase[] = []

  before(async () => {
    base = await createTemporaryFolder()
    folder = await copyExample(example, base)
    await npm(["ci", "--no-audit", "--no-fund"])
  })
  after(() => rm(base, { recursive: true, force: true }))
  afterEach(async () => {
    for (const program of running.splice(0)) await stop(program)
    for (const database of databases.splice(0)) await database.drop()
  })

  function npm(args: readonly string[], environment: Record<string, string> = {}) {
    return run("npm", args, { cwd: folder, env: { ...userEnvironment, ...environment } })
  }

  /** Starts a program as the leader of a group, because npm and `--watch` start programs of their own. */
  function start(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
    const [program = "", ...args] = command
    const started = spawn(program, args, { cwd, env, stdio: ["ignore", "ignore", "inherit"], detached: true })
    running.push(started)
    return started
  }

  it("passes its own tests on SQLite", async () => {
    expect((await npm(["test"])).stdout).to.match(/(^|\n)\S* fail 0\n/)
  })

  it("is ready with `npm run dev`: an admin writes a note, and finds Bob among the users", async () => {
    const port = await freePort()
    start(["npm", "run", "dev"], folder, { ...userEnvironment, PORT: `${port}` })
    await until(() => acceptsConnections(port))
    const site = `http://localhost:${port}`
    await choose(site, /Bob Moran/)
    const { agent, page } = await choose(site, /Ada Lovelace/)
    expect(textOf(page.body)).to.include("No notes yet")
    const form = { formAction: /\/notes$/, fields: { title: "Buy tea", body: "Green" } }
    const saved = await agent.followAll(await agent.submit(await agent.get(`${site}/notes/new`), form))
    expect(textOf(saved.body)).to.include("Buy tea").and.include("Green")
    expect(textOf((await agent.get(`${site}/admin`)).body)).to.include("Bob Moran")
    const left = await agent.submit(saved, { formAction: /sign-out/ })
    expect(textOf((await agent.followAll(left)).body)).to.include("Your notes, in one quiet place")
  })

  if (postgres) describe("with PostgreSQL", inDatabases(postgres))

  function inDatabases(createDatabase: TestServer) {
    return () => {
      let db: TestDatabase
      beforeEach(async () => {
        db = await createDatabase()
        databases.push(db)
      })

      it("passes its own tests", async () => {
        expect((await npm(["test"], { AUTH_DATABASE_URL: db.url })).stdout).to.match(/(^|\n)\S* fail 0\n/)
      })

      it("gets healthy as an image, has no people to choose from, and stops with 0", async () => {
        const dockerfile = await readFile(join(folder, "Dockerfile"), "utf8")
        const image = await buildImage(dockerfile, base, folder)
        const port = await freePort()
        const env = {
          ...{ ...image.environment, PATH: process.env.PATH ?? "", PORT: `${port}`, HOST: "localhost" },
          ...{ AUTH_SECRET: "s".repeat(33), AUTH_URL: `http://localhost:${port}`, AUTH_DATABASE_URL: db.url },
          ...{ AUTH_SSO_ISSUER: "https://login.example", AUTH_SSO_ID: "notes", AUTH_SSO_SECRET: "secret" },
          EMAIL_SERVER: "smtp://127.0.0.1:9",
        }
        const inImage = async (command: readonly string[]) => {
          const [program = "", ...args] = command
          return run(program, args, { cwd: image.folder, env }).then(
            ({ stdout }) => stdout,
            ({ stdout }: { stdout: string }) => `Failed: ${stdout}`,
          )
        }
        await inImage(["node", "src/migrate.js"])
        const app = start(image.command, image.folder, env)
        await until(async () => (await inImage(image.healthcheck)) === "")
        const agent = new UserAgent()
        const page = await agent.followAll(await agent.get(`http://localhost:${port}/notes`))
        expect(textOf(page.body)).to.include("Company account").and.not.include("Ada Lovelace")

        await db.query("insert into users (id, email) values ('1', 'ada@example.com')")
        const makeAdmin = (email: string) => inImage(["node", "src/make-admin.js", email])
        expect(await makeAdmin("bob@example.com")).to.match(
          /^Failed: No user has the address "bob@example.com"/,
        )
        expect(await makeAdmin("Ada@example.com")).to.equal("Ada@example.com is an admin.\n")
        expect(await db.query("select role from users")).to.deep.equal([{ role: "admin" }])
        expect(await stop(app, "SIGTERM")).to.equal(0)
      })
    }
  }
})

/** Opens the notes, and chooses who signs in. */
async function choose(site: string, button: RegExp): Promise<{ agent: UserAgent; page: Visit }> {
  const agent = new UserAgent()
  const signIn = await agent.followAll(await agent.get(`${site}/notes`))
  return { agent, page: await agent.followAll(await agent.submit(signIn, { button })) }
}

/** Ends a program and those that it started. Returns its exit code. */
async function stop(program: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<number | null> {
  if (program.exitCode !== null || program.pid === undefined) return program.exitCode
  const ended = new Promise<number | null>((resolve) => program.once("exit", resolve))
  process.kill(-program.pid, signal)
  return ended
}
