import { join } from "node:path"
import {
  type DatabaseOptions,
  type DatabaseSource,
  database,
  migrate,
  type Names,
} from "express-authjs/database"
import { CamelCasePlugin, Kysely, PostgresDialect, SqliteDialect } from "kysely"
import Database from "libsql"
import { MongoClient } from "mongodb"
import mysql from "mysql2"
import mysqlPromise from "mysql2/promise"
import pg from "pg"
import { describeAdapter, type OpenAdapter } from "../support/adapter-contract.js"
import { type MongoPlace, mongoPlaces } from "./mongo-servers.js"
import { createFolder, mariadb, postgres, type TestServer } from "./servers.js"

const renamed: Names = {
  users: "app_user",
  accounts: "app account",
  sessions: "select",
  verificationTokens: 'tok"en`s',
  authenticators: "Passkeys",
  auditEvents: "audit trail",
  passwords: "pass words",
  passwordTokens: "password links",
  migrations: "app_migrations",
  columns: {
    id: "user_no",
    email: "e-mail",
    emailVerified: "email_verified",
    userId: "user",
    providerAccountId: "provider account",
    sessionToken: "key",
    expires: "ends_at",
    expires_at: "token_ends_at",
    credentialID: "credential_id",
    token: "hash",
    eventId: "event no",
    event: "what",
    createdAt: "at",
    hash: "secret",
    revision: "no",
    identifier: "to",
  },
}

const variants: [name: string, options: DatabaseOptions][] = [
  ["", {}],
  [", renamed", { names: renamed }],
  [", in snake case, with ids of its own", { names: "snake_case", ids: "database" }],
]

async function open(source: DatabaseSource, options: DatabaseOptions = {}): Promise<OpenAdapter> {
  const adapter = database(source, options)
  await migrate(adapter)
  return { adapter, close: () => adapter.close() }
}

describe("database()", () => {
  for (const [variant, options] of variants)
    describeAdapter(`of SQLite in memory${variant}`, () => open("sqlite::memory:", options))

  describeAdapter("of a SQLite file, migrated on first use", async () => {
    const folder = await createFolder()
    const adapter = database(`sqlite:${join(folder.path, "auth.db")}`, { migrate: true })
    const close = () => adapter.close().then(folder.remove)
    return { adapter, close }
  })

  describeAdapter("of a SQLite connection that enforces no foreign keys", () => {
    const connection = new Database(":memory:")
    connection.exec("pragma foreign_keys = off")
    return open(connection)
  })

  describeAdapter("of a Kysely instance with plugins", () => {
    const dialect = new SqliteDialect({ database: new Database(":memory:") })
    return open(new Kysely({ dialect, plugins: [new CamelCasePlugin()] }))
  })

  if (postgres) describePostgres(postgres)
  if (mariadb) describeMariadb(mariadb)
  for (const [name, place] of mongoPlaces) describeMongo(name, place)
})

function describePostgres(server: TestServer): void {
  for (const [variant, options] of variants)
    describeAdapter(`of PostgreSQL${variant}`, () => openOn(server, (url) => url, options))

  describeAdapter("of PostgreSQL, in a schema beside the app's", async () => {
    const { url, query, drop } = await server()
    await query("create schema auth; create table users (id integer)")
    const names = ["users", "accounts", "sessions", "authenticators", "verificationTokens", "migrations"]
    const qualified = Object.fromEntries(names.map((name) => [name, `auth.${name}`]))
    const { adapter, close } = await open(url, { names: qualified })
    return { adapter, close: () => close().then(drop) }
  })

  describeAdapter("of a pg.Pool in another time zone", () =>
    openOn(server, (url) => new pg.Pool({ connectionString: url, options: "-c timezone=Asia/Kolkata" })),
  )

  describeAdapter("of a pg.Pool that reads times and numbers its own way", () => {
    const types = { getTypeParser: () => (value: unknown) => value }
    return openOn(server, (url) => new pg.Pool({ connectionString: url, types }))
  })

  describeAdapter("of a Kysely instance on PostgreSQL", () =>
    openOn(server, (connectionString) => {
      const pool = new pg.Pool({ connectionString }).on("error", () => {})
      return new Kysely({ dialect: new PostgresDialect({ pool }) })
    }),
  )
}

function describeMariadb(server: TestServer): void {
  for (const [variant, options] of variants)
    describeAdapter(`of MariaDB${variant}`, () => openOn(server, (url) => url, options))

  describeAdapter("of a pool of mysql2 in another time zone", () =>
    openOn(server, (uri) =>
      mysql.createPool({
        uri,
        flags: ["-FOUND_ROWS"],
        timezone: "+05:30",
        bigNumberStrings: true,
        supportBigNumbers: true,
      }),
    ),
  )

  describeAdapter("of a pool of mysql2/promise that reads times as text", () =>
    openOn(server, (uri) => mysqlPromise.createPool({ uri, dateStrings: true })),
  )
}

function describeMongo(name: string, place: MongoPlace): void {
  describeAdapter(`of ${name}`, () => openOn(place, (url) => url))

  describeAdapter(`of ${name}, renamed`, () => openOn(place, (url) => url, { names: renamed }))

  describeAdapter(`of ${name}, by a client that reads numbers its own way`, () =>
    openOn(place, (url) => new MongoClient(url, { useBigInt64: true })),
  )

  describeAdapter(`of ${name}, by a Db that wraps values`, () =>
    openOn(place, (url) => new MongoClient(url, { promoteValues: false }).db("another")),
  )
}

async function openOn(
  server: TestServer | MongoPlace,
  toSource: (url: string) => DatabaseSource,
  options?: DatabaseOptions,
): Promise<OpenAdapter> {
  const { url, drop } = await server()
  const { adapter, close } = await open(toSource(url), options)
  return { adapter, close: () => close().then(drop) }
}
