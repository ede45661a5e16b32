import { randomUUID } from "node:crypto"
import { expect } from "chai"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import mysql from "mysql2/promise"
import pg from "pg"
import { type SilentProxy, startSilentProxy } from "../support/silent-proxy.js"
import { mariadb, postgres, type TestDatabase, type TestServer } from "./servers.js"

/** Milliseconds: long enough for a busy machine to open a connection. */
const timeout = 1000
const tooSlow = `The database did not answer within ${timeout / 1000} seconds`
/** Or what the pool of `pg` says of the same timeout. */
const failures = [tooSlow, "timeout exceeded when trying to connect"]
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

    /** Opens all ten connections of the pool, which then lie idle. On a busy machine some may be opened again. */
    async function fillPool(): Promise<void> {
      const ask = () => failureOf(db.createUser(newUser()))
      while ((await Promise.all(Array.from({ length: 30 }, ask))).some((failure) => failure !== undefined));
      expect(proxy.opened).to.be.at.least(10)
    }

    it("are all replaced after one statement has waited for the timeout, reading or writing", async () => {
      for (const ask of [() => db.getUser("1"), () => db.createUser(newUser()), () => db.deleteUser("1")]) {
        await fillPool()
        proxy.silence()
        const start = performance.now()
        expect(await failureOf(ask())).to.equal(tooSlow)
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
      const answers = await Promise.all(Array.from({ length: 50 }, () => failureOf(db.getUser("1"))))
      expect(answers).to.include(tooSlow)
      // The last to time out may be served by a connection that replaces the first.
      for (const answer of answers) expect(answer).to.be.oneOf([...failures, undefined])
      const again = Array.from({ length: 50 }, () => db.getUser("1"))
      expect(await Promise.all(again)).to.deep.equal(Array(50).fill(null))
    })

    it("are not those whose answer a busy process has not read yet", async () => {
      const direct = database(place.url, { timeout })
      await direct.getUser("1")
      const asked = direct.getUser("1")
      for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate)
      holdEventLoop(timeout + 200)
      expect(await failureOf(asked)).to.equal(undefined)
      await direct.close()
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
      for (const failure of await Promise.all(writes)) expect(failure).to.be.oneOf(failures)
      expect(performance.now() - start).to.be.below(timeout * 3)
    }
    await letGo()
    await db.createUser(newUser())
    await db.close()
    await drop()
  })
}

function holdEventLoop(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
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
