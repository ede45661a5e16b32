import { promises as fs } from "node:fs"
import path from "node:path"
import { database, migrate as migrateAuth } from "express-authjs/database"
import { FileMigrationProvider, Kysely, Migrator, PostgresDialect, SqliteDialect } from "kysely"

const { AUTH_DATABASE_URL: url = "sqlite:./notes.db" } = process.env

/** A connection that the notes and the sign-in share, and what tells Kysely how to use it. */
const { connection, dialect } = /^postgres(ql)?:/.test(url) ? await openPostgres() : await openSqlite()

/** The notes. Users, accounts and sessions are in the same database, so a note can refer to its user. */
export const db = new Kysely({ dialect })

/** Users, accounts and sessions. */
export const adapter = database(connection, { userColumns: { role: "text" } })

/** Creates the tables, or brings them up to date: first the users, then ours, by the files in `migrations`. */
export async function migrate() {
  await migrateAuth(adapter)
  const migrationFolder = path.join(import.meta.dirname, "migrations")
  const provider = new FileMigrationProvider({ fs, path, migrationFolder })
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error) throw error
}

/** Closes every connection. */
export function closeDatabase() {
  return adapter.close()
}

async function openPostgres() {
  const { default: pg } = await import("pg")
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  return { connection: pool, dialect: new PostgresDialect({ pool }) }
}

async function openSqlite() {
  const { default: Database } = await import("libsql")
  const database = new Database(url.replace(/^sqlite:/, ""))
  database.exec("pragma journal_mode = wal; pragma foreign_keys = on; pragma busy_timeout = 5000")
  return { connection: database, dialect: new SqliteDialect({ database }) }
}
