import { createHash } from "node:crypto"
import { Kysely, type PostgresPool as KyselyPool, PostgresDialect } from "kysely"
import type { Client, Prepared } from "./client.js"
import type { Row } from "./dialect.js"
import { loadDriver } from "./load-driver.js"

/** A `Pool` of `pg`. */
export interface PostgresPool {
  query(query: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>
  connect(): Promise<unknown>
  end(): Promise<void>
  on(event: "error", listener: () => void): unknown
  readonly totalCount: number
}

interface Driver {
  readonly Pool: new (options: { connectionString: string; connectionTimeoutMillis: number }) => PostgresPool
}

export function openPostgres(url: string): Client {
  const { Pool } = loadDriver<Driver>("pg", url)
  // A server that does not answer is a failure, not a wait without end.
  return usePostgres(new Pool({ connectionString: url, connectionTimeoutMillis: 5000 }))
}

export function usePostgres(pool: PostgresPool): Client {
  // The server went away while a connection lay idle. The pool has dropped it; unheard, the event ends the process.
  pool.on("error", () => {})
  const db = new Kysely<Record<string, Row>>({
    dialect: new PostgresDialect({ pool: pool as unknown as KyselyPool }),
  })
  return { dialect: "postgres", db, prepared: prepareByName(pool), close: () => pool.end() }
}

/** Parsed and planned once for each connection. */
function prepareByName(pool: PostgresPool): Prepared {
  const names = new Map<string, string>()
  return async (text, parameters) => {
    let name = names.get(text)
    if (!name) {
      name = `authjs ${createHash("sha256").update(text).digest("base64url").slice(0, 16)}`
      names.set(text, name)
    }
    return (await pool.query({ name, text, values: [...parameters] })).rows as Row[]
  }
}
