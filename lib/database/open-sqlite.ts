import type { SqliteDatabase } from "kysely"
import type { Batch, Client, Prepared, Result } from "./client.js"
import { type AnyKysely, kysely } from "./kysely.js"
import { loadPackage } from "./load-package.js"
import type { Row } from "./schema.js"
import type { SqliteConnection, SqliteStatement } from "./sources.js"
import { isBusy, retryWhileBusy } from "./sqlite-busy.js"

/** Opens `sqlite:./auth.db`, `file:/var/lib/app/auth.db` or `sqlite::memory:`. */
export function openSqlite(url: string, timeout: number): Client {
  const Database = loadPackage<new (path: string) => SqliteConnection>("libsql", url)
  const database = new Database(toPath(url))
  // Processes that create the file at the same time wait for each other. After that, waiting must not block the thread.
  database.exec("pragma busy_timeout = 5000")
  database.exec("pragma journal_mode = wal")
  database.exec("pragma synchronous = normal")
  database.exec("pragma foreign_keys = on")
  database.exec("pragma busy_timeout = 0")
  return useSqlite(database, timeout)
}

/** Uses a connection of the app. */
export function useSqlite(connection: SqliteConnection, timeout: number): Client {
  const { Kysely, SqliteDialect } = kysely()
  const { opened, close } = closable(connection)
  const preparing = { prepare: (sql: string) => opened().prepare(sql), close }
  const db: AnyKysely = new Kysely<Record<string, Row>>({
    dialect: new SqliteDialect({ database: preparing as unknown as SqliteDatabase }),
  })
  // Waits for Kysely's only connection, which a migration holds between its statements.
  const attempt = (batch: Batch) => db.connection().execute(async () => runAtOnce(opened(), batch))
  return {
    dialect: "sqlite",
    timeout,
    db,
    migrating: db,
    prepared: prepareOnce(opened, timeout),
    write: (batch) => retryWhileBusy(() => attempt(batch), timeout),
    exec: (sql) => opened().exec(sql),
    close: async () => close(),
  }
}

/** Returns the connection, or throws if it is closed. */
type Opened = () => SqliteConnection

/**
 * Keeps calls from a closed connection. In `libsql`, reading `inTransaction` of one aborts the process, and its prepared
 * statements still run. The app may also have closed its connection itself.
 */
function closable(connection: SqliteConnection): { opened: Opened; close(): void } {
  let isClosed = false
  return {
    opened: () => {
      if (isClosed || connection.open === false)
        throw new Error("The SQLite database is closed. Call close() only after the server has closed.")
      return connection
    },
    close: () => {
      isClosed = true
      connection.close()
    },
  }
}

function prepareOnce(opened: Opened, timeout: number): Prepared {
  const statements = new Map<string, SqliteStatement>()
  const select: Prepared = (sql, parameters, wanted) => {
    const database = opened()
    let statement = statements.get(sql)
    if (!statement) {
      statement = database.prepare(sql)
      statements.set(sql, statement)
    }
    const rows = wanted === "all" ? statement.all(...parameters) : [statement.get(...parameters)]
    return rows.filter((row): row is Row => row !== undefined)
  }
  return (sql, parameters, wanted) => {
    try {
      return select(sql, parameters, wanted)
    } catch (error) {
      if (!isBusy(error)) throw error
      return retryWhileBusy(() => select(sql, parameters, wanted), timeout)
    }
  }
}

/** Locks first: in `libsql`, a rejected statement stays in progress and prevents the commit, unless run by `exec`. */
function runAtOnce(database: SqliteConnection, batch: Batch): readonly Result[] {
  if ("inTransaction" in database && database.inTransaction === true) return runEach(database, batch)
  withoutWaiting(database, () => database.exec("begin immediate"))
  try {
    const results = runEach(database, batch)
    withoutWaiting(database, () => database.exec("commit"))
    return results
  } catch (error) {
    database.exec("rollback")
    throw error
  }
}

function runEach(database: SqliteConnection, batch: Batch): Result[] {
  return batch.map(([sql, parameters]) => {
    const statement = database.prepare(sql)
    if ("reader" in statement && statement.reader === true)
      return { rows: statement.all(...parameters) as Row[], changed: 0 }
    return { rows: [], changed: Number(Object(statement.run(...parameters)).changes ?? 0) }
  })
}

/** Disables the busy timeout that the app may have set, because waiting blocks the thread. */
function withoutWaiting(database: SqliteConnection, work: () => unknown): void {
  const { timeout } = Object(database.prepare("pragma busy_timeout").get())
  if (Number(timeout) === 0) return void work()
  database.exec("pragma busy_timeout = 0")
  try {
    work()
  } finally {
    database.exec(`pragma busy_timeout = ${Number(timeout)}`)
  }
}

function toPath(url: string): string {
  const path = url.replace(/^(?:sqlite|file):/, "")
  return decodeURIComponent(path.replace(/^\/\/(?=\/|\.)/, ""))
}
