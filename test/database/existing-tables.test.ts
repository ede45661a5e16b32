import { expect } from "chai"
import { type DatabaseOptions, database, migrate, pending } from "express-authjs/database"
import { describeAdapter } from "../support/adapter-contract.js"
import { useSessionApps } from "../support/session-apps.js"
import { kyselyAdapterSchema, pgAdapterSchema, prismaRemedy, prismaSchema } from "./foreign-schemas.js"
import { postgres, type TestDatabase, type TestServer } from "./servers.js"

describe("database() on tables of another maker", () => {
  if (postgres) describeTakenOver(postgres)
})

function describeTakenOver(server: TestServer): void {
  const open = (schema: string, options: DatabaseOptions) => async () => {
    const { url, query, drop } = await server()
    await query(schema)
    const adapter = database(url, options)
    await migrate(adapter)
    return { adapter, close: () => adapter.close().then(drop) }
  }

  describeAdapter("of @auth/pg-adapter", open(pgAdapterSchema, { names: "pg-adapter" }), {
    fails: ["keeps a token of 300 characters", "stores any text unchanged"],
  })
  describeAdapter("of @auth/kysely-adapter", open(kyselyAdapterSchema, { names: "kysely-adapter" }))
  describeAdapter("of Prisma", open(`${prismaSchema};${prismaRemedy}`, { names: "prisma" }), {
    fails: [
      "keeps long tokens and times beyond 32 bits",
      "updates the tokens of an account and nothing else",
      "stores counters of up to 32 bits",
    ],
  })

  describe("what is missing", () => {
    let empty: TestDatabase
    beforeEach(async () => {
      empty = await server()
    })
    afterEach(() => empty.drop())

    async function trying<Value>(
      options: DatabaseOptions,
      act: (db: ReturnType<typeof database>) => Promise<Value>,
    ) {
      const db = database(empty.url, options)
      return act(db).finally(() => db.close())
    }

    it("is explained with statements when statements can fix it", async () => {
      await empty.query(pgAdapterSchema)
      const statements = await trying({ names: "pg-adapter" }, pending)
      expect(statements.map((statement) => statement.split("\n")[0])).to.deep.equal([
        'create table "express_authjs_migrations" (',
        'create unique index "users_email_key" on "users" ("email")',
        'create unique index "accounts_provider_providerAccountId_key" on "accounts" ("provider", "providerAccountId")',
        'create index "accounts_userId_idx" on "accounts" ("userId")',
        'alter table "sessions" add column "userAgent" text',
        'alter table "sessions" add column "lastUsedAt" timestamptz(3)',
        'alter table "sessions" add column "signIn" text',
        'create unique index "sessions_sessionToken_key" on "sessions" ("sessionToken")',
        'create index "sessions_userId_idx" on "sessions" ("userId")',
        'create index "sessions_expires_idx" on "sessions" ("expires")',
        'create index "verification_token_expires_idx" on "verification_token" ("expires")',
        'create table "authenticators" (',
        'create index "authenticators_userId_idx" on "authenticators" ("userId")',
        'create table "express_authjs_revocations" (',
        'create index "express_authjs_revocations_expires_idx" on "express_authjs_revocations" ("expires")',
        'create table "express_authjs_sessions" (',
        'create index "express_authjs_sessions_userId_idx" on "express_authjs_sessions" ("userId")',
        'create index "express_authjs_sessions_expires_idx" on "express_authjs_sessions" ("expires")',
        'create table "express_authjs_locks" (',
        'create index "express_authjs_locks_expires_idx" on "express_authjs_locks" ("expires")',
        'create table "express_authjs_limits" (',
        'create index "express_authjs_limits_expires_idx" on "express_authjs_limits" ("expires")',
        'create table "express_authjs_audit" (',
        'create index "express_authjs_audit_userId_eventId_idx" on "express_authjs_audit" ("userId", "eventId")',
        'create index "express_authjs_audit_event_eventId_idx" on "express_authjs_audit" ("event", "eventId")',
        'create index "express_authjs_audit_expires_idx" on "express_authjs_audit" ("expires")',
        'create table "express_authjs_passwords" (',
        'create table "express_authjs_password_tokens" (',
        'create index "express_authjs_password_tokens_identifier_idx" on "express_authjs_password_tokens" ("identifier")',
        'create index "express_authjs_password_tokens_expires_idx" on "express_authjs_password_tokens" ("expires")',
      ])
    })

    it("is explained as a list when it needs manual work", async () => {
      await empty.query(prismaSchema)
      const error = await trying({ names: "prisma" }, migrate).catch((reason: Error) => reason)
      expect(error).to.include({ code: "ERR_AUTH_INVALID_OPTION" })
      for (const table of ["User", "Account", "Session"])
        expect(error).to.have.property("message").that.includes(`${table}."updatedAt" must have a value`)
    })

    it("names the option for ids that the database counts", async () => {
      await empty.query(pgAdapterSchema)
      const error = await trying({}, migrate).catch((reason: Error) => reason)
      expect(error).to.have.property("message").that.includes('ids: "database"')
    })

    it("names the columns of a table that is something else", async () => {
      await empty.query("create table sessions (sid text primary key, sess json not null)")
      const error = await trying({}, migrate).catch((reason: Error) => reason)
      expect(error)
        .to.have.property("message")
        .that.includes('sessions has no column "sessionToken"')
        .and.includes('sessions."sess" must have a value')
        .and.includes("`names`")
    })

    it("is added to the app's own table of users without a loss", async () => {
      await empty.query("create table users (id text primary key, email text unique, password text)")
      await empty.query("insert into users values ('1', 'ada@example.com', 'hash')")
      await trying({ userColumns: { role: "text" } }, async (db) => {
        await migrate(db)
        expect(await db.getUser("1")).to.deep.equal({
          id: "1",
          email: "ada@example.com",
          name: null,
          image: null,
          emailVerified: null,
          role: null,
        })
      })
      expect(await empty.query("select password from users")).to.deep.equal([{ password: "hash" }])
    })
  })

  describe("with session tokens in a uuid column", () => {
    const startApp = useSessionApps()

    for (const isMigrated of [true, false])
      it(`signs in with a password, and knows when, ${isMigrated ? "with" : "without"} our own columns`, async () => {
        const { url, query, drop } = await server()
        await query(pgAdapterSchema.replace('"sessionToken" varchar(255)', '"sessionToken" uuid'))
        const adapter = database(url, { names: "pg-adapter" })
        if (isMigrated) await migrate(adapter)
        const { id } = await adapter.createUser({ id: "", email: "ada@example.com", emailVerified: null })
        const app = await startApp({ adapter })
        const visitor = await app.visitor()
        await visitor.post("/login", { name: id })
        const columns = isMigrated ? `"signIn" is not null as kept` : "false as kept"
        expect(await query(`select "sessionToken"::text as token, ${columns} from sessions`)).to.deep.equal([
          { token: await visitor.sealed(), kept: isMigrated },
        ])
        expect((await visitor.get("/guarded")).status).to.equal(200)
        expect((await (await app.visitor("no-uuid")).get("/guarded")).status).to.equal(401)
        await adapter.close()
        await drop()
      })
  })
}
