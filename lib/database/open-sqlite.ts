import { Kysely, type SqliteDatabase, SqliteDialect } from "kysely"
import type { Batch, Client, Prepared } from "./client.js"
import type { Row } from "./dialect.js"
import { loadDriver } from "./load-driver.js"
import type { Parameter } from "./values.js"

/** What `libsql`, `better-sqlite3` and their kin have in common. */
export interface SqliteConnection {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
}

interface SqliteStatement {
  get(...parameters: Parameter[]): unknown
  run(...parameters: Parameter[]): unknown
  all(...parameters: Parameter[]): unknown[]
}

/** `sqlite:./auth.db`, `file:/var/lib/app/auth.db`, `sqlite::memory:` */
export function openSqlite(url: string): Client {
  const Database = loadDriver<new (path: string) => SqliteConnection>("libsql", url)
  const database = new Database(toPath(url))
  // Another process's write is waited for; readers wait for nobody.
  database.exec("pragma busy_timeout = 5000")
  database.exec("pragma journal_mode = wal")
  database.exec("pragma synchronous = normal")
  database.exec("pragma foreign_keys = on")
  return useSqlite(database)
}

export function useSqlite(database: SqliteConnection): Client {
  const db = new Kysely<Record<string, Row>>({
    dialect: new SqliteDialect({ database: database as unknown as SqliteDatabase }),
  })
  return {
    dialect: "sqlite",
    db,
    prepared: prepareOnce(database),
    exec: (sql) => database.exec(sql),
    together: (batch) => runAtOnce(database, batch),
    close: async () => void database.close(),
  }
}

function prepareOnce(database: SqliteConnection): Prepared {
  const statements = new Map<string, SqliteStatement>()
  return (sql, parameters, wanted) => {
    let statement = statements.get(sql)
    if (!statement) {
      statement = database.prepare(sql)
      statements.set(sql, statement)
    }
    const rows = wanted === "all" ? statement.all(...parameters) : [statement.get(...parameters)]
    return rows.filter((row): row is Row => row !== undefined)
  }
}

function runAtOnce(database: SqliteConnection, batch: Batch): void {
  database.exec("begin immediate")
  try {
    for (const [sql, parameters] of batch) database.prepare(sql).run(...parameters)
    database.exec("commit")
  } catch (error) {
    database.exec("rollback")
    throw error
  }
}

function toPath(url: string): string {
  const path = url.replace(/^(?:sqlite|file):/, "")
  return decodeURIComponent(path.replace(/^\/\/(?=\/|\.)/, ""))
}
