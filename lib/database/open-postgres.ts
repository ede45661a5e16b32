import { createHash } from "node:crypto"
import type { PostgresPool as KyselyPool } from "kysely"
import type { Client, Prepared } from "./client.js"
import { ConnectionWatch, type Lease } from "./connection-watch.js"
import { inTime } from "./in-time.js"
import { type AnyKysely, kysely } from "./kysely.js"
import { loadPackage } from "./load-package.js"
import type { Row } from "./schema.js"
import type { PostgresPool } from "./sources.js"

/** A connection that `pg` lends. */
interface Connection {
  query(...args: unknown[]): Promise<{ rows: unknown[] }>
  release(error?: Error): void
  on(event: "error", listener: () => void): unknown
  readonly connection?: { readonly stream?: { destroy?(): unknown } }
}

interface Driver {
  readonly Pool: new (options: { connectionString: string; connectionTimeoutMillis: number }) => PostgresPool
}

export function openPostgres(url: string, timeout: number): Client {
  const { Pool } = loadPackage<Driver>("pg", url)
  // A server that does not answer is a failure, not a wait without end.
  return usePostgres(new Pool({ connectionString: url, connectionTimeoutMillis: timeout }), timeout)
}

export function usePostgres(pool: PostgresPool, timeout: number): Client {
  // The server went away while a connection was idle. The pool has dropped it; unheard, the event ends the process.
  pool.on("error", () => {})
  const acquire = acquireFrom(pool)
  const watch = new ConnectionWatch(
    { acquire, release: (connection) => connection.release(), destroy },
    timeout,
  )
  return {
    dialect: "postgres",
    timeout,
    isWatched: true,
    db: createKysely(async () => toConnection(await watch.lend())),
    migrating: createKysely(acquire),
    prepared: prepareByName(watch),
    close: () => inTime(pool.end(), timeout),
  }
}

/**
 * The pool listens for errors of idle connections only. One that is lost while it is lent would end the process by an
 * unhandled `error` event; its statement fails as well, so there is nothing else to do.
 */
function acquireFrom(pool: PostgresPool): () => Promise<Connection> {
  const heard = new WeakSet<Connection>()
  return async () => {
    const connection = (await pool.connect()) as Connection
    if (!heard.has(connection)) connection.on("error", () => {})
    heard.add(connection)
    return connection
  }
}

/** Saying goodbye to a silent server would wait for its answer, so the socket goes as well. */
function destroy(connection: Connection): void {
  connection.release(new Error("The connection did not answer"))
  connection.connection?.stream?.destroy?.()
}

/** A connection as Kysely uses it. */
function toConnection({ ask, release }: Lease<Connection>) {
  return { query: (...args: unknown[]) => ask((connection) => connection.query(...args)), release }
}

function createKysely(connect: () => Promise<unknown>): AnyKysely {
  const pool = { connect, end: async () => {} }
  const { Kysely, PostgresDialect } = kysely()
  return new Kysely<Record<string, Row>>({
    dialect: new PostgresDialect({ pool: pool as unknown as KyselyPool }),
  })
}

/** Parsed and planned once for each connection. */
function prepareByName(watch: ConnectionWatch<Connection>): Prepared {
  const names = new Map<string, string>()
  return async (text, parameters) => {
    let name = names.get(text)
    if (!name) {
      name = `authjs ${createHash("sha256").update(text).digest("base64url").slice(0, 16)}`
      names.set(text, name)
    }
    const query = { name, text, values: [...parameters] }
    return (await watch.ask((connection) => connection.query(query))).rows as Row[]
  }
}
