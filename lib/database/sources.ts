import type { Parameter } from "./column-values.js"
import type { MongoSource } from "./mongo/open-mongo.js"

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
  /** Returns what runs its statements; its adapter tells the dialect. */
  getExecutor(): unknown
  /** Returns the instance without its plugins, which would change our statements and rows. */
  withoutPlugins(): unknown
}

/** The members of a `Pool` of `pg` that are used here. */
export interface PostgresPool {
  /** Runs a named statement, which the server prepares once per connection. */
  query(query: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>
  /** Reserves a client, for transactions and advisory locks. */
  connect(): Promise<unknown>
  /** Closes the pool; called only for a pool that we created from a URL. */
  end(): Promise<void>
  /** Tells of clients lost or handed out, whose errors would otherwise end the process. */
  on(event: "error" | "acquire", listener: (...args: never[]) => void): unknown
  /** The number of open clients. Never read: tells a pool from other objects. */
  readonly totalCount: number
}

/** The members of a pool of `mysql2` that are used here. */
export interface MysqlPool {
  /** Runs a statement, which the server prepares once per connection. */
  execute(...args: never[]): unknown
  /** Reserves a connection, for transactions and locks. */
  getConnection(...args: never[]): unknown
  /** Closes the pool; called only for a pool that we created from a URL. */
  end(...args: never[]): unknown
  /** Tells of connections handed out, whose errors would otherwise end the process. */
  on(...args: never[]): unknown
}

/** The members of a pool of `mysql2/promise` that are used here. */
export interface MysqlPromisePool {
  /** The pool with callbacks behind it. */
  readonly pool: MysqlPool
}

/** The members of a database of `libsql`, `better-sqlite3` or a compatible driver that are used here. */
export interface SqliteConnection {
  /** Compiles a statement. */
  prepare(sql: string): SqliteStatement
  /** Runs statements without parameters, such as `begin`. */
  exec(sql: string): unknown
  /** Closes the database; called only for a file that we opened. */
  close(): unknown
  /** `false` once `libsql` or `better-sqlite3` has closed it. Other drivers may give it another meaning. */
  readonly open?: unknown
}

/**
 * What is passed for a placeholder. As wide as `libsql` and `better-sqlite3` declare it, so that TypeScript before 7 accepts
 * their statements.
 */
type BoundValue = Parameter | NonNullable<unknown>

/** The members of a statement of such a driver that are used here. */
export interface SqliteStatement {
  /** Returns the first row, or `undefined`. */
  get(...parameters: BoundValue[]): unknown
  /** Runs a statement that returns no rows. */
  run(...parameters: BoundValue[]): unknown
  /** Returns all rows. */
  all(...parameters: BoundValue[]): unknown[]
}
