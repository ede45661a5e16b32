import { createHash } from "node:crypto"
import type { PostgresPool as KyselyPool } from "kysely"
import type { Client, Prepared } from "./client.js"
import { ConnectionWatch, type Lease } from "./connection-watch.js"
import { type AnyKysely, kysely } from "./kysely.js"
import { loadPackage } from "./load-package.js"
import type { Row } from "./schema.js"
import type { PostgresPool } from "./sources.js"
import { withTimeout } from "./with-timeout.js"

/** A connection of a `pg` pool. */
interface Connection {
  query(...args: unknown[]): Promise<{ rows: unknown[] }>
  release(error?: Error): void
  on(event: "error", listener: () => void): unknown
  readonly connection?: { readonly stream?: { destroy?(): unknown } }
}

interface Driver {
  readonly Pool: new (options: { connectionString: string; connectionTimeoutMillis: number }) => PostgresPool
}

/** Opens a pool for PostgreSQL. */
export function openPostgres(url: string, timeout: number): Client {
  const { Pool } = loadPackage<Driver>("pg", url)
  // By default `pg` waits forever for a connection.
  return usePostgres(new Pool({ connectionString: url, connectionTimeoutMillis: timeout }), timeout)
}

/** Uses a pool of the app. */
export function usePostgres(pool: PostgresPool, timeout: number): Client {
  surviveLostConnections(pool)
  const acquire = () => pool.connect() as Promise<Connection>
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
    close: () => withTimeout(pool.end(), timeout),
  }
}

/**
 * Without a listener, the `error` event of a lost connection would end the process. The pool drops a connection lost
 * while idle; for one in use, the statement fails as well. The pool hands connections out with `acquire`, before it takes
 * its own listener away: a promise of it settles too late for a server's farewell in the same packet.
 */
function surviveLostConnections(pool: PostgresPool): void {
  const watched = new WeakSet<Connection>()
  pool.on("error", () => {})
  pool.on("acquire", (connection: Connection) => {
    if (!watched.has(connection)) connection.on("error", () => {})
    watched.add(connection)
  })
}

/** Also destroys the socket: a regular close would wait for a reply from the silent server. */
function destroy(connection: Connection): void {
  connection.release(new Error("The connection did not answer"))
  connection.connection?.stream?.destroy?.()
}

/** Adapts a lease to the connection that Kysely expects. */
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

/** Names each statement, so that every connection parses and plans it once. */
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
