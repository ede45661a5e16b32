import { randomUUID } from "node:crypto"
import { expect } from "chai"
import { compose } from "express-authjs/adapters"
import { type DatabaseAdapter, database } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import { redisClients } from "../redis/servers.js"
import { claimsOfAda, sessionCookie, tokenOf, useSessionApps, type Visitor } from "../support/session-apps.js"
import { until } from "../support/until.js"
import { createMongo } from "./mongo-servers.js"
import {
  type CreateServer,
  createMariadb,
  createPostgres,
  createRedis,
  type OwnServer,
  whereInstalled,
} from "./own-servers.js"
import { mariadb, postgres } from "./servers.js"

interface Setup {
  readonly adapter: Adapter
  /** Connections it may have open. */
  readonly most: number
  close(): Promise<unknown>
}

type Adapter = Pick<DatabaseAdapter, "createUser" | "createSession"> & Parameters<typeof compose>[0]["users"]

describe("a server that stops or crashes under load and is started again", () => {
  for (const [name, open] of redisClients.filter(([name]) => name !== "redis 4"))
    describeFault(`Redis, by ${name}`, createRedis, async (url) => {
      const users = database("sqlite::memory:", { migrate: true })
      const { client, close } = await open(url)
      const store = redis(client, { timeout: 500 })
      const adapter = compose({ users, sessions: store, verificationTokens: store })
      return { adapter, most: 1, close: () => close().then(users.close) }
    })
  describeSilence()
  describeRevocation()

  const onDatabase = async (url: string): Promise<Setup> => {
    const adapter = database(url, { migrate: true })
    return { adapter, most: 10, close: adapter.close }
  }
  if (postgres) describeFault("PostgreSQL", createPostgres, onDatabase)
  if (mariadb) describeFault("MariaDB", createMariadb, onDatabase)
  describeFault("a stand-in for MongoDB", createMongo, onDatabase)
})

function describeFault(name: string, create: CreateServer, connect: (url: string) => Promise<Setup>): void {
  describe(name, () => {
    const startApp = useSessionApps()
    let server: OwnServer
    let setup: Setup
    before(async function () {
      const installed = await whereInstalled(create)
      if (!installed) return this.skip()
      server = installed
      await server.start()
      setup = await connect(server.url)
    })
    after(() => server?.remove())

    it("answers 503 meanwhile, and 200 within a second of its return, with the same cookies", async () => {
      const { adapter, most, close } = setup
      const token = await beginSession(adapter)
      const app = await startApp({ adapter, session: { strategy: "database" } })
      const load = await startLoad(() => app.visitor(token))
      await load.until(200)
      for (const how of ["orderly", "crash"] as const) {
        await server.stop(how)
        await load.until(503)
        await server.start()
        const returned = performance.now()
        await load.until(200)
        // A second, with room for a busy machine. A client that waits before it looks again does so for five or ten.
        expect(performance.now() - returned).to.be.below(3000)
      }
      const visits = await load.stop()
      expect([...new Set(visits.map(({ status }) => status))].sort()).to.deep.equal([200, 503])
      expect(visits.flatMap(({ setCookies }) => setCookies)).to.deep.equal([])
      expect(await server.connections()).to.be.within(1, most)
      await close()
      await until(async () => (await server.connections()) === 0)
    })

    // The driver of MongoDB looks for a lost server every ten seconds only.
    if (create === createMongo) return
    it("lets the process live when it stops amid sign-ins, which fail and then succeed again", async () => {
      const { adapter, close } = await connect(server.url)
      let isOver = false
      let done = 0
      const signIn = async () => {
        while (!isOver) done += await beginSession(adapter).then(() => 1, waitAMoment)
      }
      const visitors = Array.from({ length: 20 }, signIn)
      for (const how of ["orderly", "crash", "orderly", "orderly"] as const) {
        await until(() => done > 50)
        await server.stop(how)
        await server.start()
        done = 0
      }
      await until(() => done > 50)
      isOver = true
      await Promise.all(visitors)
      await close()
    })
  })
}

const waitAMoment = () => new Promise<number>((resolve) => setTimeout(resolve, 5, 0))

function describeRevocation(): void {
  const [first] = redisClients
  if (!first) return
  const startApp = useSessionApps()
  it("keeps the cookie while no revocation can be looked up in Redis", async function () {
    const server = await whereInstalled(createRedis)
    if (!server) return this.skip()
    await server.start()
    const { client, close } = await first[1](server.url)
    const { revocation } = redis(client, { timeout: 500, maxStale: 0 })
    const app = await startApp({ revocation })
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    const cookie = await visitor.sealed()
    expect((await visitor.get("/guarded")).status).to.equal(200)
    await server.stop("crash")
    expect((await visitor.get("/guarded")).status).to.equal(503)
    expect(await visitor.sealed()).to.equal(cookie)
    await server.start()
    await until(async () => (await visitor.get("/guarded")).status === 200)
    await visitor.post("/logout")
    await server.stop("crash")
    await server.start()
    await visitor.keep(sessionCookie, String(cookie))
    await until(async () => (await visitor.get("/guarded")).status === 401)
    await close()
    await server.remove()
  })
}

/** As long as a session lasts, so that its use does not renew it. */
const month = 30 * 24 * 60 * 60_000

function describeSilence(): void {
  const [first] = redisClients
  if (!first) return
  it("is no wait without end while Redis is there and says nothing", async function () {
    const server = await whereInstalled(createRedis)
    if (!server) return this.skip()
    await server.start()
    const { client, close } = await first[1](server.url)
    const store = redis(client, { timeout: 500, maxStale: 0 })
    expect(await store.getSession("any")).to.equal(null)
    server.suspend()
    const calls = [
      () => store.getSession("any"),
      () => store.revocation.isRevoked(["sid:any"], new Date()),
      () => store.locks.acquire("any", 30),
    ]
    for (const call of calls) {
      const failure = await Promise.resolve(call()).catch((error: Error) => error.message)
      expect(failure).to.match(/^Redis did not respond to \w+ within 500 ms$/)
    }
    server.resume()
    // The lock that was taken without a word of it has been given back.
    await until(async () => (await store.locks.acquire("any", 30)) !== undefined)
    await close()
    await server.remove()
  })
}

async function beginSession(adapter: Adapter): Promise<string> {
  const sessionToken = randomUUID()
  const user = { id: randomUUID(), email: `${randomUUID()}@example.com`, emailVerified: null }
  const { id: userId } = await adapter.createUser(user)
  await adapter.createSession({ sessionToken, userId, expires: new Date(Date.now() + month) })
  return sessionToken
}

interface Seen {
  status: number
  setCookies: string[]
}

/** Browsers that ask without a pause. */
async function startLoad(open: () => Promise<Visitor>, browsers = 8) {
  const seen: Seen[] = []
  const latest: number[] = []
  let isOver = false
  let failure: unknown
  const ask = async (visitor: Visitor, browser: number) => {
    while (!isOver) {
      const { status, setCookies } = await visitor.get("/guarded")
      latest[browser] = status
      seen.push({ status, setCookies })
    }
  }
  const visitors = await Promise.all(Array.from({ length: browsers }, open))
  const rounds = Promise.all(visitors.map(ask)).catch((error: unknown) => {
    failure = error
  })
  return {
    /** Resolves when the latest answer to each browser had this status. */
    until: (status: number) =>
      until(() => {
        if (failure !== undefined) throw failure
        return latest.length === browsers && latest.every((one) => one === status)
      }),
    stop: async () => {
      isOver = true
      await rounds
      return seen
    },
  }
}
