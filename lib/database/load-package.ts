import { isMissingPackage } from "../config/package-require.js"
import type { ConfigError } from "../errors.js"
import { invalid } from "./names.js"
import requireDriver from "./require-driver.cjs"

/** The packages that each kind of database needs, by the scheme of its URL. */
const packages: Readonly<Record<string, readonly string[]>> = {
  sqlite: ["kysely", "libsql"],
  file: ["kysely", "libsql"],
  postgres: ["kysely", "pg"],
  postgresql: ["kysely", "pg"],
  mysql: ["kysely", "mysql2"],
  mariadb: ["kysely", "mysql2"],
  mssql: ["kysely", "tedious", "tarn"],
  sqlserver: ["kysely", "tedious", "tarn"],
  mongodb: ["mongodb"],
  "mongodb+srv": ["mongodb"],
}

/**
 * Loads an optional package that the app installs for its database.
 *
 * @param url The database's URL, of which the message quotes only the scheme; without it, the app has opened the
 * database itself.
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` with the whole command that installs what is missing
 */
export function loadPackage<Module>(name: Parameters<typeof requireDriver>[0], url?: string): Module {
  return requireDriver(name, (error) => {
    throw isMissingPackage(error, name) ? missingPackage(name, url) : error
  }) as Module
}

/** The error for a package that is not installed. The parameters are those of `loadPackage`. */
export function missingPackage(name: string, url?: string): ConfigError {
  const scheme = url?.slice(0, url.indexOf(":")).toLowerCase() ?? ""
  const needed = Object.hasOwn(packages, scheme) ? packages[scheme] : undefined
  const user = needed ? `A database of "${scheme}:"` : "express-authjs/database"
  return invalid(
    `${user} needs the package ${name}, which is not installed: npm install ${(needed ?? [name]).join(" ")}`,
  )
}
