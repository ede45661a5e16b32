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

/** The members of a Kysely instance, of any schema, that are used here. */
export interface KyselyInstance {
  getExecutor(): unknown
  withoutPlugins(): unknown
}

/** The members of a `Pool` of `pg` that are used here. */
export interface PostgresPool {
  query(query: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>
  connect(): Promise<unknown>
  end(): Promise<void>
  on(event: "error", listener: () => void): unknown
  readonly totalCount: number
}

/** The members of a pool of `mysql2` that are used here. */
export interface MysqlPool {
  execute(...args: never[]): unknown
  getConnection(...args: never[]): unknown
  end(...args: never[]): unknown
}

/** The members of a pool of `mysql2/promise` that are used here. */
export interface MysqlPromisePool {
  readonly pool: MysqlPool
}

/** The members of a database of `libsql`, `better-sqlite3` or a compatible driver that are used here. */
export interface SqliteConnection {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
  /** `false` once `libsql` or `better-sqlite3` has closed it. Other drivers may give it another meaning. */
  readonly open?: unknown
}

/** The members of a statement of such a driver that are used here. */
export interface SqliteStatement {
  get(...parameters: Parameter[]): unknown
  run(...parameters: Parameter[]): unknown
  all(...parameters: Parameter[]): unknown[]
}
