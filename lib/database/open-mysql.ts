import { Kysely, type MysqlPool as KyselyPool, MysqlDialect } from "kysely"
import type { Client, Prepared } from "./client.js"
import type { Row } from "./dialect.js"
import { loadDriver } from "./load-driver.js"

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

interface Driver {
  createPool(options: { uri: string }): MysqlPool
}

/** MySQL and MariaDB. */
export function openMysql(url: string): Client {
  const { createPool } = loadDriver<Driver>("mysql2", url)
  return useMysql(createPool({ uri: url.replace(/^mariadb:/, "mysql:") }))
}

export function useMysql(given: MysqlPool | MysqlPromisePool): Client {
  const pool = "pool" in given ? given.pool : given
  const db = new Kysely<Record<string, Row>>({
    dialect: new MysqlDialect({ pool: pool as unknown as KyselyPool }),
  })
  return { dialect: "mysql", db, prepared: prepareByText(pool), close: () => end(pool) }
}

interface Callable {
  execute(sql: string, parameters: unknown[], callback: (error: Error | null, rows: Row[]) => void): unknown
  end(callback: (error: Error | null | undefined) => void): unknown
}

/** `mysql2` remembers by its text what a connection has prepared. */
function prepareByText(pool: MysqlPool): Prepared {
  const { execute } = pool as unknown as Callable
  return (sql, parameters) =>
    new Promise((resolve, reject) => {
      execute.call(pool, sql, [...parameters], (error, rows) => (error ? reject(error) : resolve(rows)))
    })
}

function end(pool: MysqlPool): Promise<void> {
  const callable = pool as unknown as Callable
  return new Promise((resolve, reject) => {
    callable.end((error) => (error ? reject(error) : resolve()))
  })
}
