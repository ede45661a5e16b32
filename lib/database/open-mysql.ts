import type { MysqlPool as KyselyPool } from "kysely"
import type { Client, Prepared } from "./client.js"
import { ConnectionWatch, type Lease } from "./connection-watch.js"
import { type AnyKysely, kysely } from "./kysely.js"
import { loadPackage } from "./load-package.js"
import type { Row } from "./schema.js"
import type { MysqlPool, MysqlPromisePool } from "./sources.js"
import { withTimeout } from "./with-timeout.js"

interface Driver {
  createPool(options: { uri: string; connectTimeout: number }): MysqlPool
}

type Callback<Value> = (error: Error | null | undefined, value: Value) => void

/** The methods of a pool that are called here. */
interface CallablePool {
  getConnection(callback: Callback<Connection>): unknown
  end(callback: Callback<unknown>): unknown
  on(event: "acquire", listener: (connection: Connection) => void): unknown
}

/** A connection of a `mysql2` pool. */
interface Connection {
  query(sql: string, parameters: readonly unknown[], callback: Callback<unknown>): unknown
  execute(sql: string, parameters: readonly unknown[], callback: Callback<unknown>): unknown
  release(): void
  destroy(): void
  on(event: "error", listener: () => void): unknown
  readonly stream?: { destroy?(): unknown }
}

/** Opens a pool for MySQL or MariaDB. */
export function openMysql(url: string, timeout: number): Client {
  const { createPool } = loadPackage<Driver>("mysql2", url)
  const uri = url.replace(/^mariadb:/, "mysql:")
  return useMysql(createPool({ uri, connectTimeout: timeout }), timeout)
}

/** Uses a pool of the app. */
export function useMysql(given: MysqlPool | MysqlPromisePool, timeout: number): Client {
  const pool = ("pool" in given ? given.pool : given) as unknown as CallablePool
  surviveLostConnections(pool)
  const acquire = () => promised<Connection>((callback) => pool.getConnection(callback))
  const watch = new ConnectionWatch(
    { acquire, release: (connection) => connection.release(), destroy },
    timeout,
  )
  return {
    dialect: "mysql",
    timeout,
    isWatched: true,
    db: createKysely(async () => toConnection(await watch.lend())),
    migrating: createKysely(acquire),
    prepared: prepareByText(watch),
    close: () =>
      withTimeout(
        promised<unknown>((callback) => pool.end(callback)),
        timeout,
      ).then(() => undefined),
  }
}

/**
 * Without a listener, an `error` event would end the process. The driver listens for the first error of a connection
 * only, and a server that shuts down may cause two: its farewell, and the end of TLS.
 */
function surviveLostConnections(pool: CallablePool): void {
  const watched = new WeakSet<Connection>()
  pool.on("acquire", (connection) => {
    if (!watched.has(connection)) connection.on("error", () => {})
    watched.add(connection)
  })
}

/** Also destroys the socket: the driver would wait until the server closes its end. */
function destroy(connection: Connection): void {
  connection.destroy()
  connection.stream?.destroy?.()
}

/** Adapts a lease to the connection that Kysely expects. */
function toConnection({ ask, release }: Lease<Connection>) {
  return {
    query: (sql: string, parameters: readonly unknown[], callback: Callback<unknown>) => {
      const answer = ask((connection) => promised((done) => connection.query(sql, parameters, done)))
      answer.then(
        (result) => callback(null, result),
        (error) => callback(error, undefined),
      )
    },
    release,
  }
}

function createKysely(acquire: () => Promise<unknown>): AnyKysely {
  const pool = {
    getConnection: (callback: Callback<unknown>) =>
      acquire().then(
        (connection) => callback(null, connection),
        (error) => callback(error, undefined),
      ),
    end: (callback: Callback<unknown>) => callback(null, undefined),
  }
  const { Kysely, MysqlDialect } = kysely()
  return new Kysely<Record<string, Row>>({
    dialect: new MysqlDialect({ pool: pool as unknown as KyselyPool }),
  })
}

/** `mysql2` keeps the prepared statements of each connection, by their SQL. */
function prepareByText(watch: ConnectionWatch<Connection>): Prepared {
  return (sql, parameters) =>
    watch.ask((connection) =>
      promised<Row[]>((callback) =>
        connection.execute(sql, parameters, (error, rows) => callback(error, rows as Row[])),
      ),
    )
}

function promised<Value>(call: (callback: Callback<Value>) => unknown): Promise<Value> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)))
  })
}
