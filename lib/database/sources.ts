import type { MongoSource } from "./mongo/open-mongo.js"
import type { Parameter } from "./values.js"

/** A URL, or a connection of the app. */
export type DatabaseSource = SqlSource | MongoSource

/** A URL, or a connection of the app to a SQL database. */
export type SqlSource =
  | string
  | KyselyInstance
  | PostgresPool
  | MysqlPool
  | MysqlPromisePool
  | SqliteConnection

/** A Kysely instance of any schema. */
export interface KyselyInstance {
  getExecutor(): unknown
  withoutPlugins(): unknown
}

/** A `Pool` of `pg`. */
export interface PostgresPool {
  query(query: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>
  connect(): Promise<unknown>
  end(): Promise<void>
  on(event: "error", listener: () => void): unknown
  readonly totalCount: number
}

/** A pool of `mysql2`. */
export interface MysqlPool {
  execute(...args: never[]): unknown
  getConnection(...args: never[]): unknown
  end(...args: never[]): unknown
}

/** A pool of `mysql2/promise`. */
export interface MysqlPromisePool {
  readonly pool: MysqlPool
}

/** A database of `libsql`, `better-sqlite3` or a compatible driver. */
export interface SqliteConnection {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
}

/** A statement of such a driver. */
export interface SqliteStatement {
  get(...parameters: Parameter[]): unknown
  run(...parameters: Parameter[]): unknown
  all(...parameters: Parameter[]): unknown[]
}
