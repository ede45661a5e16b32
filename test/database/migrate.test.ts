import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { expect } from "chai"
import { type DatabaseAdapter, database, migrate, pending, sql } from "express-authjs/database"
import { run } from "../../lib/database/client.js"
import { openClient } from "../../lib/database/open-client.js"
import { createFolder, mariadb, postgres, type TestServer } from "./servers.js"

type Place = () => Promise<{ url: string; drop: () => Promise<void> }>

describe("migrate()", () => {
  describeMigration("a SQLite file", async () => {
    const { path, remove } = await createFolder()
    return { url: `sqlite:${join(path, "auth.db")}`, drop: remove }
  })
  if (postgres) describeMigration("PostgreSQL", postgres)
  if (mariadb) describeMigration("MariaDB", mariadb)
})

function describeMigration(name: string, place: Place | TestServer): void {
  describe(`on ${name}`, () => {
    let url: string
    let drop: () => Promise<void>
    let open: DatabaseAdapter[]
    const connect = (options = {}) => {
      const adapter = database(url, options)
      open.push(adapter)
      return adapter
    }
    beforeEach(async () => {
      open = []
      const empty = await place()
      url = empty.url
      drop = empty.drop
    })
    afterEach(async () => {
      for (const adapter of open) await adapter.close()
      await drop()
    })

    it("runs what was pending, once", async () => {
      const db = connect()
      const statements = await pending(db)
      expect(statements).to.have.length(29)
      expect(await migrate(db)).to.deep.equal(statements)
      expect(await pending(db)).to.deep.equal([])
      expect(await migrate(db)).to.deep.equal([])
    })

    it("runs once, of five processes that start at once", async () => {
      const results = await Promise.all(Array.from({ length: 5 }, () => migrate(connect())))
      expect(results.map(({ length }) => length).sort()).to.deep.equal([0, 0, 0, 0, 29].sort())
      expect(await pending(connect())).to.deep.equal([])
    })

    it("keeps the rows that are there, and adds the app's own columns later", async () => {
      const before = connect()
      await migrate(before)
      await before.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
      const after = connect({
        userColumns: { role: "text", joinedAt: "date", visits: "integer", nice: "boolean" },
      })
      expect(await migrate(after)).to.have.length(4)
      const changes = { role: "admin", joinedAt: new Date(1), visits: 2 ** 40, nice: false }
      expect(await after.updateUser({ id: "1", ...changes })).to.include({
        id: "1",
        email: "ada@example.com",
      })
      expect(await after.getUser("1")).to.deep.include(changes)
    })

    it("adds passwords to a database of version 4, and keeps its rows", async () => {
      const before = connect()
      await migrate(before)
      await before.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
      const event = { id: randomUUID(), event: "signed-in", userId: "1", createdAt: new Date(0) }
      await before.audit.add(event, new Date(Date.now() + 60_000))
      await toVersion4(url)
      const after = connect()
      const statements = await pending(after)
      expect(
        statements.map((statement) => statement.replaceAll(/["`]/g, "").split(/ \(| on /)[0]),
      ).to.deep.equal([
        "create table express_authjs_passwords",
        "create table express_authjs_password_tokens",
        "create index express_authjs_password_tokens_identifier_idx",
        "create index express_authjs_password_tokens_expires_idx",
      ])
      expect(await migrate(after)).to.deep.equal(statements)
      expect(await before.passwords.add("1", "hash")).to.equal(true)
      expect(await after.passwords.get("1")).to.include({ hash: "hash" })
      expect(await after.audit.list({ limit: 1 })).to.deep.equal([event])
    })

    it("deletes users of a database of version 4", async () => {
      const db = connect()
      await migrate(db)
      await db.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
      await toVersion4(url)
      await db.deleteUser("1")
      await db.purgeExpired()
      expect(await db.getUser("1")).to.equal(null)
    })

    it("adds the audit trail to a database of version 3, and keeps its rows", async () => {
      const before = connect()
      await migrate(before)
      await before.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
      await toVersion3(url)
      const expires = new Date(Date.now() + 60_000)
      await before.createSession({ sessionToken: "t", userId: "1", expires })
      const after = connect()
      const statements = await pending(after)
      expect(
        statements.map((statement) => statement.replaceAll(/["`]/g, "").split(/ \(| on /)[0]),
      ).to.deep.equal([
        "create table express_authjs_audit",
        "create index express_authjs_audit_userId_eventId_idx",
        "create index express_authjs_audit_event_eventId_idx",
        "create index express_authjs_audit_expires_idx",
        "create table express_authjs_passwords",
        "create table express_authjs_password_tokens",
        "create index express_authjs_password_tokens_identifier_idx",
        "create index express_authjs_password_tokens_expires_idx",
      ])
      expect(await migrate(after)).to.deep.equal(statements)
      const event = { id: randomUUID(), event: "signed-in", userId: "1", createdAt: new Date(0) }
      await before.audit.add(event, expires)
      expect(await after.audit.list({ limit: 1 })).to.deep.equal([event])
      expect((await after.getSessionAndUser("t"))?.user).to.include({ id: "1", email: "ada@example.com" })
    })

    it("deletes users of a database of version 3", async () => {
      const db = connect()
      await migrate(db)
      await db.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
      await toVersion3(url)
      await db.deleteUser("1")
      await db.purgeExpired()
      expect(await db.getUser("1")).to.equal(null)
    })

    it("runs before the first use with migrate: true", async () => {
      const db = connect({ migrate: true })
      const users = await Promise.all(["1", "2", "3"].map((id) => db.getUser(id)))
      expect(users).to.deep.equal([null, null, null])
      expect(await pending(db)).to.deep.equal([])
    })

    it("rejects while tables are missing", async () => {
      const error: unknown = await Promise.resolve(connect().getUser("1")).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(Error)
    })
  })
}

/** Removes what version 5 added: tables, their indexes and the version. */
function toVersion4(url: string): Promise<void> {
  return goBack(url, 4, ["express_authjs_passwords", "express_authjs_password_tokens"])
}

/** Removes what versions 4 and 5 added. */
async function toVersion3(url: string): Promise<void> {
  await toVersion4(url)
  await goBack(url, 3, ["express_authjs_audit"])
}

async function goBack(url: string, version: number, tables: readonly string[]): Promise<void> {
  const client = openClient(url, 5000)
  for (const table of tables) await run(client, `drop table ${table}`)
  await run(client, `update express_authjs_migrations set version = ${version}`)
  await client.close()
}

describe("sql()", () => {
  it("writes the whole schema without connecting", () => {
    const text = sql(database("postgres://unknown@127.0.0.1:1/nowhere"))
    for (const table of ["users", "accounts", "sessions", "verification_token", "authenticators"])
      expect(text).to.include(`create table "${table}"`)
    expect(text).to.include('"expires" timestamptz(3) not null')
    expect(text.match(/on delete cascade/g)).to.have.length(4)
  })

  it("writes it with the names it is given", () => {
    const text = sql("sqlite", { names: "snake_case" })
    expect(text).to.include('"email_verified" text').and.include('"credential_id" text not null')
  })

  it("keeps keys within what MySQL can index, and compares them by their bytes", () => {
    const text = sql("mysql")
    expect(text).to.include("`sessionToken` varchar(512) not null")
    expect(text).to.include("`credentialID` varchar(1400) character set ascii collate ascii_bin not null")
    expect(text.match(/collate utf8mb4_bin/g)).to.have.length(12)
  })

  it("lets SQL Server have many users without an e-mail address, and keys beyond 900 bytes", () => {
    const text = sql("mssql")
    expect(text).to.include('on "users" ("email") where "email" is not null')
    expect(text.match(/primary key nonclustered/g)).to.have.length(12)
    expect(text).to.include('"id" nvarchar(255) collate Latin1_General_100_BIN2 not null')
    expect(sql("mssql", { ids: "database" })).to.include('"id" bigint identity not null')
  })

  it("refuses a copy of the adapter", () => {
    const copy = { ...database("sqlite::memory:") }
    expect(() => sql(copy)).to.throw("Expected the adapter that database() returned")
  })
})
