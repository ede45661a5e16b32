import { randomUUID } from "node:crypto"
import { expect } from "chai"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import mysql from "mysql2/promise"
import pg from "pg"
import { type SilentProxy, startSilentProxy } from "../support/silent-proxy.js"
import { mariadb, postgres, type TestDatabase, type TestServer } from "./servers.js"

/** Milliseconds: long enough for a busy machine to fill a pool. */
const timeout = 600
const newUser = () => ({ id: randomUUID(), email: `${randomUUID()}@example.com`, emailVerified: null })

describe("connections that go silent", () => {
  if (postgres) describeSilence("PostgreSQL", postgres)
  if (mariadb) describeSilence("MariaDB", mariadb)
})

describe("a statement that the database does not finish", () => {
  if (postgres) {
    const hold = async (url: string) => {
      const client = new pg.Client(url)
      await client.connect()
      await client.query("begin; lock table users in access exclusive mode")
      return () => client.end()
    }
    describeLateness("PostgreSQL", postgres, hold)
  }
  if (mariadb) {
    const hold = async (url: string) => {
      const client = await mysql.createConnection(url)
      await client.query("lock tables users write")
      return () => client.end()
    }
    describeLateness("MariaDB", mariadb, hold)
  }
})

function describeSilence(name: string, server: TestServer): void {
  describe(`of ${name}`, () => {
    let place: TestDatabase
    let proxy: SilentProxy
    let db: DatabaseAdapter
    before(async () => {
      place = await server()
      await makeTables(place.url)
    })
    beforeEach(async () => {
      proxy = await startSilentProxy(place.url)
      db = database(proxy.url, { timeout })
    })
    afterEach(async () => {
      await db.close().catch(() => {})
      await proxy.close()
    })
    after(() => place.drop())

    /** Opens all ten connections of the pool, which then lie idle. */
    async function fillPool(): Promise<void> {
      await Promise.all(Array.from({ length: 30 }, () => db.createUser(newUser())))
      expect(proxy.opened).to.equal(10)
    }

    it("are all replaced after one statement has waited for the timeout, reading or writing", async () => {
      for (const ask of [() => db.getUser("1"), () => db.createUser(newUser()), () => db.deleteUser("1")]) {
        await fillPool()
        proxy.silence()
        const start = performance.now()
        expect(await failureOf(ask())).to.equal("The database did not answer within 0.6 seconds")
        expect(performance.now() - start).to.be.within(timeout - 10, timeout * 3)
        for (let turn = 0; turn < 12; turn++) await ask()
        await db.close()
        await proxy.close()
        proxy = await startSilentProxy(place.url)
        db = database(proxy.url, { timeout })
      }
    })

    it("are replaced under load: what asks after the timeout is served", async () => {
      await fillPool()
      proxy.silence()
      const asked = Array.from({ length: 50 }, () => failureOf(db.getUser("1")))
      expect([...new Set(await Promise.all(asked))]).to.have.length.within(1, 2)
      const again = Array.from({ length: 50 }, () => db.getUser("1"))
      expect(await Promise.all(again)).to.deep.equal(Array(50).fill(null))
    })
  })
}

function describeLateness(
  name: string,
  server: TestServer,
  hold: (url: string) => Promise<() => unknown>,
): void {
  it(`fails in time on ${name}, and the connections are free again`, async () => {
    const { url, drop } = await server()
    await makeTables(url)
    const db = database(url, { timeout })
    const letGo = await hold(url)
    for (let turn = 0; turn < 2; turn++) {
      const writes = Array.from({ length: 12 }, () => failureOf(db.createUser(newUser())))
      const start = performance.now()
      for (const failure of await Promise.all(writes))
        expect(failure).to.match(/in time|within 0.6 seconds|timeout/)
      expect(performance.now() - start).to.be.below(timeout * 3)
    }
    await letGo()
    await db.createUser(newUser())
    await db.close()
    await drop()
  })
}

async function makeTables(url: string): Promise<void> {
  const db = database(url)
  await migrate(db)
  await db.close()
}

async function failureOf(work: unknown): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
