import type { Client } from "./client.js"
import { dialectOf } from "./compiler.js"
import { type AnyKysely, kysely } from "./kysely.js"
import { invalid } from "./names.js"
import { openMssql } from "./open-mssql.js"
import { openMysql, useMysql } from "./open-mysql.js"
import { openPostgres, usePostgres } from "./open-postgres.js"
import { openSqlite, useSqlite } from "./open-sqlite.js"
import type { KyselyInstance, SqlSource } from "./sources.js"

const openers: Readonly<Record<string, (url: string, timeout: number) => Client>> = {
  sqlite: openSqlite,
  file: openSqlite,
  postgres: openPostgres,
  postgresql: openPostgres,
  mysql: openMysql,
  mariadb: openMysql,
  mssql: openMssql,
  sqlserver: openMssql,
}

/**
 * Opens a SQL database.
 *
 * @param timeout milliseconds for each statement
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function openClient(source: SqlSource, timeout: number): Client {
  if (typeof source === "string") return openUrl(source, timeout)
  if (typeof source !== "object" || source === null) throw unknownSource()
  if ("withoutPlugins" in source) return useKysely(source, timeout)
  if ("totalCount" in source) return usePostgres(source, timeout)
  if ("getConnection" in source || "pool" in source) return useMysql(source, timeout)
  if ("prepare" in source) return useSqlite(source, timeout)
  throw unknownSource()
}

/** The URL may contain a password, so messages quote only its scheme. */
function openUrl(url: string, timeout: number): Client {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  const open = scheme !== undefined && Object.hasOwn(openers, scheme) ? openers[scheme] : undefined
  if (open) {
    kysely(url)
    return open(url, timeout)
  }
  const arrived = scheme === undefined ? "has no scheme" : `starts with "${scheme}:"`
  throw invalid(
    `The URL of the database ${arrived}. Expected one of ${[...Object.keys(openers), "mongodb"].join(", ")}, ` +
      'such as "sqlite:./auth.db" or "postgres://user:password@localhost/app".',
  )
}

/** Without plugins, because one that renames columns would conflict with the option `names`. */
function useKysely(instance: KyselyInstance, timeout: number): Client {
  const db = instance.withoutPlugins() as AnyKysely
  const dialect = dialectOf(db)
  if (dialect) return { dialect, timeout, db, migrating: db, close: () => db.destroy() }
  throw invalid(
    "This Kysely instance has an unknown dialect. Expected SQLite, PostgreSQL, MySQL or SQL Server.",
  )
}

function unknownSource(): Error {
  return invalid(
    "database() takes a URL, a Kysely instance, a Pool of pg, a pool of mysql2, a database of libsql or better-sqlite3, " +
      "or a MongoClient or Db of mongodb.",
  )
}
