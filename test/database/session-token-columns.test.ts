import { randomUUID } from "node:crypto"
import { inspect } from "node:util"
import type { Adapter } from "@auth/core/adapters"
import { DrizzleAdapter } from "@auth/drizzle-adapter"
import { KyselyAdapter, type Database as KyselyTables } from "@auth/kysely-adapter"
import PostgresAdapter from "@auth/pg-adapter"
import { expect } from "chai"
import { drizzle } from "drizzle-orm/node-postgres"
import { memoryLimiter } from "express-authjs"
import { database } from "express-authjs/database"
import { Kysely, PostgresDialect } from "kysely"
import pg from "pg"
import { claimsOfAda, type SessionApp, tokenOf, useSessionApps } from "../support/session-apps.js"
import { drizzleAdapterSchema, kyselyAdapterSchema, pgAdapterSchema } from "./foreign-schemas.js"
import { mariadb, postgres, type TestServer } from "./servers.js"

interface Maker {
  readonly schema: string
  readonly toAdapter: (pool: pg.Pool) => Adapter
}

const makers: Readonly<Record<string, Maker>> = {
  "database()": {
    schema: pgAdapterSchema,
    toAdapter: (pool) => database(pool, { names: "pg-adapter" }),
  },
  "@auth/pg-adapter": { schema: pgAdapterSchema, toAdapter: PostgresAdapter },
  "@auth/kysely-adapter": {
    schema: kyselyAdapterSchema,
    toAdapter: (pool) => KyselyAdapter(new Kysely<KyselyTables>({ dialect: new PostgresDialect({ pool }) })),
  },
  "@auth/drizzle-adapter": {
    schema: drizzleAdapterSchema,
    toAdapter: (pool) => DrizzleAdapter(drizzle(pool)),
  },
}

/** What browsers may hold: junk, and what this package and others wrote before the switch to database sessions. */
const unfit: Readonly<Record<string, () => string | Promise<string>>> = {
  "a word": () => "nonsense-of-a-visitor",
  "an encrypted session": () => tokenOf(claimsOfAda()),
  "a signed session": () => `eyJhbGciOiJSUzI1NiJ9.e30.${"c2ln".repeat(20)}`,
  "a cut UUID": () => randomUUID().slice(1),
}

describe("session tokens in a uuid column", () => {
  if (postgres) for (const [name, maker] of Object.entries(makers)) describeMaker(name, maker, postgres)
})

describe("session tokens in a column of another character set", () => {
  const startApp = useSessionApps()
  const closing: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  /** A table with a column of the given type, of MariaDB or PostgreSQL. */
  async function startOn(server: TestServer, change: string) {
    const { url, query, drop } = await server()
    const adapter = database(url, { migrate: true })
    closing.push(() => adapter.close().then(drop))
    const user = await adapter.createUser({ id: "", email: "ada@example.com", emailVerified: null })
    await query(change)
    return { user, app: await startApp({ adapter }) }
  }

  for (const type of ["char(36) character set ascii", "varchar(191) character set utf8mb3", "uuid"])
    it(`of MariaDB, ${type}: a cookie with other characters is removed, with nothing to log`, async function () {
      if (!mariadb) this.skip()
      const { user, app } = await startOn(
        mariadb,
        `alter table sessions modify sessionToken ${type} not null`,
      )
      for (const token of ["nonsense-of-a-visitor", "%F0%9F%98%80", "%E6%97%A5%E6%9C%AC"]) {
        expect((await visit(app, token, "/guarded")).status).to.equal(401)
        const leaving = await app.visitor(token)
        expect((await leaving.post("/logout")).headers.get("location")).to.equal(`${app.url}/`)
        const back = await app.visitor(token)
        await back.post("/login", { name: user.id })
        expect((await back.get("/guarded")).status).to.equal(200)
      }
      expect(app.logs.errors).to.deep.equal([])
    })
})

function describeMaker(name: string, { schema, toAdapter }: Maker, server: TestServer): void {
  describe(`of ${name}`, () => {
    const startApp = useSessionApps()
    const closing: (() => Promise<unknown>)[] = []
    afterEach(async () => {
      for (const close of closing.splice(0)) await close()
    })

    async function start() {
      const { url, query, drop } = await server()
      await query(schema.replace(/"sessionToken" (?:varchar\(255\)|text)/, '"sessionToken" uuid'))
      const pool = new pg.Pool({ connectionString: url }).on("error", () => {})
      closing.push(() => pool.end().then(drop))
      const adapter = toAdapter(pool)
      return { adapter, query, app: await startApp({ adapter, limiter: memoryLimiter() }) }
    }

    for (const [what, createToken] of Object.entries(unfit)) {
      it(`are not ${what}: its cookie goes, with nothing to log`, async () => {
        const { app } = await start()
        const token = await createToken()
        expect((await visit(app, token, "/guarded")).status).to.equal(401)
        expect((await visit(app, token, "/auth/session")).status).to.equal(200)
        expect(app.logs.errors).to.deep.equal([])
      })

      it(`are not ${what}: nothing has to end at sign-out, or before a sign-in`, async () => {
        const { adapter, app } = await start()
        const token = await createToken()
        const leaving = await app.visitor(token)
        expect((await leaving.post("/logout")).headers.get("location")).to.equal(`${app.url}/`)
        const everywhere = await app.visitor(token)
        const answer = await everywhere.post("/logout", { everywhere: "yes" })
        expect(answer.headers.get("location")).to.equal(`${app.url}/`)
        const back = await app.visitor(token)
        await back.post("/login", { name: await createUser(adapter) })
        expect((await back.get("/guarded")).status).to.equal(200)
        expect(app.logs.errors).to.deep.equal([])
      })
    }

    it("keep their cookie while the database fails, and are in no log", async () => {
      const { adapter, query, app } = await start()
      const visitor = await app.visitor()
      const ids = [await createUser(adapter), await createUser(adapter)]
      await visitor.post("/login", { name: ids[0] ?? "" })
      const token = (await visitor.sealed()) ?? ""
      expect(token).to.have.lengthOf(36)
      await query(
        `drop table if exists sessions; drop table if exists session; drop table if exists "Session"`,
      )
      expect((await visitor.get("/guarded")).status).to.equal(503)
      expect(await visitor.sealed()).to.equal(token)
      await visitor.post("/login", { name: ids[1] ?? "" })
      await visitor.post("/logout")
      expect(app.logs.errors).to.have.length.above(2)
      const log = inspect(app.logs.errors, { depth: 20, showHidden: true })
      expect(log).to.match(/does not exist/)
      const logged = log.match(/[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/g) ?? []
      expect(logged.filter((uuid) => !ids.includes(uuid))).to.deep.equal([])
    })
  })
}

/** Visits a page with a session cookie that the answer must remove. */
async function visit(app: SessionApp, token: string, path: string) {
  const visitor = await app.visitor(token)
  const answer = await visitor.get(path)
  expect(await visitor.sealed()).to.equal(undefined)
  return answer
}

async function createUser(adapter: Adapter): Promise<string> {
  const email = `${randomUUID().slice(0, 8)}@example.com`
  const user = await adapter.createUser?.({ id: randomUUID(), email, emailVerified: null })
  return String(user?.id)
}
