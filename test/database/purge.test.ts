import { expect } from "chai"
import { database, migrate } from "express-authjs/database"
import { configErrorOf } from "../support/config-error.js"
import { mariadb, postgres, type TestServer } from "./servers.js"

const memory: TestServer = async () => ({
  url: "sqlite::memory:",
  query: async () => [],
  drop: async () => {},
})
const places = { SQLite: memory, PostgreSQL: postgres, MariaDB: mariadb }

describe("what has expired", () => {
  for (const [name, place] of Object.entries(places)) {
    if (!place) continue
    it(`goes in batches while the app runs, on ${name}; what has not stays`, async () => {
      const { url, drop } = await place()
      const db = database(url, { purgeEvery: 0.2 })
      await migrate(db)
      await db.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
      const [past, future] = [new Date(Date.now() - 1000), new Date(Date.now() + 60_000)]
      await db.createSession({ sessionToken: "live", userId: "1", expires: future })
      await db.createVerificationToken({ identifier: "live", token: "t", expires: future })
      await db.locks.acquire("live", 60)
      await db.locks.set("past", "value", 0.001)
      await db.limiter.take("past", { limit: 1, window: 0.001 })
      await db.revocation.revoke(["sid:past"], past)
      const event = { event: "signed-in", createdAt: past }
      await db.audit.add({ id: "1", ...event }, past)
      await db.audit.add({ id: "2", ...event }, future)
      const link = { identifier: "ada@example.com", record: "{}" }
      await db.passwords.addToken({ token: "past", ...link, expires: past })
      await db.passwords.addToken({ token: "live", ...link, expires: future })
      await db.createVerificationToken({ identifier: "past", token: "t", expires: past })
      const tokens = Array.from({ length: 1001 }, (_, number) => `past ${number}`)
      for (const sessionToken of tokens) await db.createSession({ sessionToken, userId: "1", expires: past })
      while ((await db.getSessionAndUser("past 1000")) || (await db.getSessionAndUser("past 0")))
        await new Promise((resolve) => setTimeout(resolve, 5))
      await db.purgeExpired()
      for (const token of tokens) expect(await db.getSessionAndUser(token)).to.equal(null)
      expect(await db.useVerificationToken({ identifier: "past", token: "t" })).to.equal(null)
      expect(await db.useVerificationToken({ identifier: "live", token: "t" })).to.not.equal(null)
      expect(await db.passwords.findToken("past")).to.equal(undefined)
      expect(await db.passwords.findToken("live")).to.not.equal(undefined)
      expect(await db.audit.list({ limit: 10 })).to.deep.equal([{ id: "2", ...event }])
      expect(await db.getSessionAndUser("live")).to.not.equal(null)
      expect(await db.locks.acquire("live", 60)).to.equal(undefined)
      await db.close()
      await drop()
    })
  }

  it("does not hold up the event loop, however much it is", async () => {
    const db = database("sqlite::memory:", { purgeEvery: false, migrate: true })
    const past = new Date(Date.now() - 1000)
    for (let start = 0; start < 10_000; start += 500)
      await Promise.all(
        Array.from({ length: 500 }, (_, number) =>
          db.createVerificationToken({ identifier: `${start + number}`, token: "t", expires: past }),
        ),
      )
    let turns = 0
    let isOver = false
    const turning = (async () => {
      for (; !isOver; turns++) await new Promise(setImmediate)
    })()
    await db.purgeExpired()
    isOver = true
    await turning
    expect(turns).to.be.above(10_000 / 250)
    expect(await db.useVerificationToken({ identifier: "0", token: "t" })).to.equal(null)
    await db.close()
  })

  it("is purged at times that can be", () => {
    expect(configErrorOf(() => database("sqlite::memory:", { purgeEvery: 0 }))).to.match(
      /^ERR_AUTH_INVALID_OPTION: `database.purgeEvery` must be a positive number of seconds, or false, not 0/,
    )
  })
})
