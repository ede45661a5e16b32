import { randomUUID } from "node:crypto"
import { expect } from "chai"
import { compose } from "express-authjs/adapters"
import { database } from "express-authjs/database"
import { type RedisOptions, redis } from "express-authjs/redis"
import { Redis } from "ioredis"
import { describeAdapter } from "../support/adapter-contract.js"
import { configErrorOf } from "../support/config-error.js"
import { limiterContract } from "../support/limiter-contract.js"
import { lockContract } from "../support/lock-contract.js"
import { revocationContract } from "../support/revocation-contract.js"
import { newPrefix, type OpenClient, type OpenRedis, redisClients, redisUrl } from "./servers.js"

const inAnHour = () => new Date(Date.now() + 60 * 60_000)
const sessionOf = (userId: string, expires = inAnHour()) => ({ sessionToken: randomUUID(), userId, expires })

for (const [name, open] of redisClients) describeClient(name, open)
if (redisClients.length > 0) describeKeys()

function describeClient(name: string, open: OpenRedis): void {
  describe(`redis() with a client of ${name}`, () => {
    const { prefix, drop } = newPrefix()
    let opened: OpenClient
    before(async () => {
      opened = await open()
    })
    after(() => opened.close().then(drop))
    const create = (options: RedisOptions = {}) => redis(opened.client, { prefix, ...options })

    revocationContract(`of ${name}`, () => create().revocation)
    revocationContract(`of ${name}, asked every time`, () => create({ maxStale: 0 }).revocation)
    lockContract(`of ${name}`, () => create().locks)
    limiterContract(`of ${name}`, () => create().limiter)
    describeAdapter("composed with users in SQLite", async () => {
      const users = database("sqlite::memory:", { migrate: true })
      const store = create()
      const adapter = compose({ users, sessions: store, verificationTokens: store })
      return { adapter, close: () => users.close() }
    })

    it("fails in time where the client is not connected", async () => {
      const { client, close } = await open()
      await close()
      const failure = await redis(client, { timeout: 50 })
        .getSession("any")
        .catch((error: Error) => error)
      expect(failure)
        .to.be.an("error")
        .with.property("message")
        .that.matches(/50 ms|closed/)
    })
  })
}

function describeKeys(): void {
  describe("the keys of redis()", () => {
    const { prefix, drop } = newPrefix()
    const client = new Redis(redisUrl, { lazyConnect: true })
    const store = redis(client, { prefix })
    after(() => drop().then(() => client.disconnect()))

    it("begin with the prefix and expire, the index of a user with the last session", async () => {
      const user = randomUUID()
      await store.createSession(sessionOf(user))
      await store.createSession(sessionOf(user, new Date(Date.now() + 60_000)))
      await store.createVerificationToken({ identifier: "ada", token: "t", expires: inAnHour() })
      await store.revocation.revoke(["sid:a"], inAnHour())
      const session = { createdAt: new Date(), lastUsedAt: new Date(), expires: inAnHour() }
      await store.revocation.remember({ id: "a", userId: user, ...session })
      await store.locks.acquire("a", 30)
      await store.locks.set("a", "value", 30)
      await store.limiter.take("a", { limit: 1, window: 30 })
      const keys = await client.keys(`${prefix}*`)
      expect(keys).to.have.length(10)
      for (const key of keys) expect(await client.pttl(key), key).to.be.within(1, 60 * 60_000)
      expect(await client.pttl(`${prefix}sessions-of:${user}`)).to.be.above(59 * 60_000)
    })

    it("are not the secrets that were mailed", async () => {
      await store.createVerificationToken({ identifier: "ada", token: "hash-in-mail", expires: inAnHour() })
      expect((await client.keys(`${prefix}*`)).join()).to.not.include("hash-in-mail")
    })

    it("go when a user's sessions end, thousands of them", async () => {
      const user = randomUUID()
      const sessions = Array.from({ length: 1200 }, () => sessionOf(user))
      await Promise.all(sessions.map((session) => store.createSession(session)))
      const [kept] = sessions
      await store.deleteUserSessions(user, kept?.sessionToken)
      expect(await store.listSessions(user)).to.deep.equal([kept])
      await store.deleteUserSessions(user)
      expect(await client.exists(`${prefix}sessions-of:${user}`)).to.equal(0)
    })

    it("do not come back when a session is used while it ends", async () => {
      const session = sessionOf(randomUUID())
      await store.createSession(session)
      const [, updated] = await Promise.all([
        store.deleteSession(session.sessionToken),
        store.updateSession({ sessionToken: session.sessionToken, expires: inAnHour() }),
      ])
      expect(await store.getSession(session.sessionToken)).to.equal(null)
      expect(await store.listSessions(session.userId)).to.deep.equal([])
      expect(updated?.userId ?? session.userId).to.equal(session.userId)
    })
  })

  describeStaleness()
}

function describeStaleness(): void {
  describe("the revocations of redis()", () => {
    const { prefix, drop } = newPrefix()
    const client = new Redis(redisUrl, { lazyConnect: true })
    const open = (options: RedisOptions = {}) => redis(client, { prefix, ...options }).revocation
    after(() => drop().then(() => client.disconnect()))

    it("asks the server once within a while, and answers at once in between", async () => {
      const key = `sid:${randomUUID()}`
      const store = open()
      expect(store.isRevoked([key], new Date())).to.be.a("promise")
      await store.isRevoked([key], new Date())
      expect(store.isRevoked([key], new Date())).to.equal(false)
    })

    it("sees what it revoked itself at once, and what another did when its knowledge is stale", async () => {
      const key = `sid:${randomUUID()}`
      const begun = new Date(Date.now() - 1000)
      const [here, there, always] = [open(), open({ maxStale: 0.1 }), open({ maxStale: 0 })]
      for (const store of [here, there, always]) expect(await store.isRevoked([key], begun)).to.equal(false)
      await here.revoke([key], inAnHour())
      expect(here.isRevoked([key], begun)).to.equal(true)
      expect(await always.isRevoked([key], begun)).to.equal(true)
      const start = performance.now()
      while (!(await there.isRevoked([key], begun))) await new Promise(setImmediate)
      expect(performance.now() - start, "by default it asks after four seconds").to.be.below(3000)
    })
  })

  it("refuses a client that is none, unknown options and invalid values", () => {
    const client = new Redis({ lazyConnect: true })
    expect(configErrorOf(() => redis(Object(null)))).to.match(/^ERR_AUTH_INVALID_OPTION: .*ioredis/)
    expect(configErrorOf(() => redis(client, Object({ prefx: "a" })))).to.match(
      /^ERR_AUTH_UNKNOWN_OPTION: .*prefx/,
    )
    for (const options of [{ maxStale: 6 }, { timeout: 0 }, Object({ prefix: 1 })])
      expect(configErrorOf(() => redis(client, options))).to.match(/^ERR_AUTH_INVALID_OPTION: /)
  })
}
