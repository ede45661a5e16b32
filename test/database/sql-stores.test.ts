import { expect } from "chai"
import {
  type DatabaseAdapter,
  type DatabaseOptions,
  database,
  migrate,
  sqlLimiter,
  sqlLocks,
  sqlRevocation,
} from "express-authjs/database"
import { configErrorOf } from "../support/config-error.js"
import { limiterContract } from "../support/limiter-contract.js"
import { lockContract } from "../support/lock-contract.js"
import { revocationContract } from "../support/revocation-contract.js"
import { type MongoPlace, mongoPlaces } from "./mongo-servers.js"
import { mariadb, postgres, type TestServer } from "./servers.js"

const inAnHour = () => new Date(Date.now() + 60 * 60_000)
const memory: TestServer = async () => ({
  url: "sqlite::memory:",
  query: async () => [],
  drop: async () => {},
})

describe("the stores of database()", () => {
  describeStores("SQLite", memory)
  describeStores("SQLite, renamed", memory, {
    names: {
      revocations: "order",
      locks: "my locks",
      limits: "my limits",
      columns: { key: "group", count: "select", expires: "ends" },
    },
  })
  if (postgres) describeStores("PostgreSQL", postgres)
  if (mariadb) describeStores("MariaDB", mariadb)
  for (const [name, place] of mongoPlaces) describeStores(name, place)

  it("refuse what database() did not make, and knowledge older than others may see", async () => {
    const db = database("sqlite::memory:")
    expect(configErrorOf(() => sqlLimiter({ ...db }))).to.match(/^ERR_AUTH_INVALID_OPTION: .*copy/)
    expect(configErrorOf(() => sqlLocks({ ...db }))).to.match(/^ERR_AUTH_INVALID_OPTION: .*copy/)
    expect(configErrorOf(() => sqlRevocation(db, { maxStale: 6 }))).to.match(/^ERR_AUTH_INVALID_OPTION: /)
    expect(configErrorOf(() => sqlRevocation(db, Object({ stale: 1 })))).to.match(
      /^ERR_AUTH_UNKNOWN_OPTION: /,
    )
    await db.close()
  })
})

function describeStores(name: string, server: TestServer | MongoPlace, options: DatabaseOptions = {}): void {
  describe(`of ${name}`, () => {
    let db: DatabaseAdapter
    let drop: () => Promise<void>
    before(async () => {
      const place = await server()
      db = database(place.url, { ...options, migrate: true })
      drop = place.drop
    })
    after(() => db.close().then(drop))

    revocationContract(`in ${name}`, () => sqlRevocation(db))
    revocationContract(`in ${name}, asked every time`, () => sqlRevocation(db, { maxStale: 0 }))
    lockContract(`in ${name}`, () => sqlLocks(db))
    limiterContract(`in ${name}`, () => sqlLimiter(db))

    it("keep the latest of many revocations at once, and forget what has expired", async () => {
      const store = sqlRevocation(db, { maxStale: 0 })
      const keys = Array.from({ length: 20 }, (_, number) => `sub:${number}`)
      await Promise.all(
        keys.map((_, turn) => store.revoke([...keys.slice(turn), ...keys.slice(0, turn)], inAnHour())),
      )
      await store.revoke(["sid:gone"], new Date(Date.now() - 1000))
      await db.purgeExpired()
      expect(await sqlRevocation(db).isRevoked(["sid:gone"], new Date(0))).to.equal(false)
      expect(await sqlRevocation(db).isRevoked(keys, new Date(Date.now() - 60_000))).to.equal(true)
    })

    it("count on when what has expired is purged", async () => {
      const store = sqlLimiter(db)
      await store.take("over", { limit: 1, window: 0.001 })
      await store.take("going on", { limit: 1, window: 60 })
      while (!(await store.take("over", { limit: 1, window: 0.001 })).allowed) await db.purgeExpired()
      expect((await store.take("going on", { limit: 1, window: 60 })).allowed).to.equal(false)
    })

    it("are there after migrate(), with nothing pending", async () => {
      expect(await migrate(db)).to.deep.equal([])
    })
  })
}
