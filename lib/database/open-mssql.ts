import type { MssqlDialectConfig } from "kysely"
import type { Client } from "./client.js"
import { kysely } from "./kysely.js"
import { loadPackage } from "./load-package.js"
import type { Row } from "./schema.js"

interface Driver extends Omit<MssqlDialectConfig["tedious"], "connectionFactory"> {
  readonly Connection: new (options: object) => ReturnType<MssqlDialectConfig["tedious"]["connectionFactory"]>
}

/** Opens `mssql://user:password@host:1433/database?encrypt=true&trustServerCertificate=false`. */
export function openMssql(url: string, timeout: number): Client {
  const { Connection, Request, TYPES, ISOLATION_LEVEL } = loadPackage<Driver>("tedious", url)
  const { Pool } = loadPackage<Pick<MssqlDialectConfig["tarn"], "Pool">>("tarn", url)
  const options = toOptions(new URL(url), timeout)
  const { Kysely, MssqlDialect } = kysely()
  const db = new Kysely<Record<string, Row>>({
    dialect: new MssqlDialect({
      tarn: { Pool, options: { min: 0, max: 10, acquireTimeoutMillis: timeout } },
      tedious: { Request, TYPES, ISOLATION_LEVEL, connectionFactory: () => new Connection(options) },
    }),
  })
  return { dialect: "mssql", timeout, db, migrating: db, close: () => db.destroy() }
}

function toOptions(
  { hostname, port, username, password, pathname, searchParams }: URL,
  timeout: number,
): object {
  return {
    server: hostname,
    authentication: {
      type: "default",
      options: { userName: decodeURIComponent(username), password: decodeURIComponent(password) },
    },
    options: {
      database: decodeURIComponent(pathname.slice(1)),
      port: port ? Number(port) : 1433,
      encrypt: searchParams.get("encrypt") !== "false",
      trustServerCertificate: searchParams.get("trustServerCertificate") === "true",
      connectTimeout: timeout,
    },
  }
}
