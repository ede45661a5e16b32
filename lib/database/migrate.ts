import type { Adapter } from "@auth/core/adapters"
import { invalid, resolveSchema, type SchemaOptions } from "./names.js"
import { planAll } from "./plan.js"
import type { RowStore } from "./row-store.js"
import type { Dialect } from "./schema.js"

/** Creates the tables of a database; in MongoDB, the indexes. */
export interface Migration {
  /** Returns the statements that are missing now. */
  pending(): Promise<string[]>
  /** Runs the missing statements and returns them. */
  run(): Promise<string[]>
  /** Returns all statements for an empty database. */
  text(): string
}

/** An opened database. Failures to connect show at its first use. */
export interface Opened {
  /** Its rows. */
  readonly store: RowStore
  /** Its tables. */
  readonly migration: Migration
  /** The database deletes expired rows by itself. */
  readonly purgesItself?: true
  /** Closes all connections. */
  close(): Promise<void>
}

/** The database behind an adapter that `database()` returned. */
export interface AdapterDatabase extends Pick<Opened, "store" | "migration"> {
  /** Must be awaited before each use: creates the tables if the option `migrate` is set. */
  readonly prepare: () => Promise<unknown>
}

const databases = new WeakMap<Adapter, AdapterDatabase>()

/** Registers the database behind an adapter, for functions that take the adapter. */
export function registerDatabase(adapter: Adapter, found: AdapterDatabase): void {
  databases.set(adapter, found)
}

/**
 * Creates missing tables, columns and indexes. Run it when you deploy, before the app starts. It is safe to run
 * repeatedly and in several processes at once, and never drops or rewrites anything.
 *
 * @param db the adapter that `database()` returned
 * @returns the statements that it ran; none if nothing was missing
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` with a list of problems, if existing tables do not fit
 *
 * @example
 * await migrate(database("postgres://localhost/app"))
 */
export async function migrate(db: Adapter): Promise<string[]> {
  return databaseOf(db).migration.run()
}

/**
 * Returns the statements that `migrate()` would run now.
 *
 * @param db the adapter that `database()` returned
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` with a list of problems, if existing tables do not fit
 */
export async function pending(db: Adapter): Promise<string[]> {
  return databaseOf(db).migration.pending()
}

/**
 * Returns the SQL of the whole schema, to review or to pass to your own migration tool; for MongoDB, the commands for
 * its shell. Does not connect to anything.
 *
 * @param db the adapter that `database()` returned, or a dialect, which needs Kysely but no driver
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_UNKNOWN_OPTION`
 */
export function sql(db: Adapter | Dialect, options?: SchemaOptions): string {
  if (typeof db !== "string") return databaseOf(db).migration.text()
  return toText(planAll(resolveSchema(db, options)))
}

/** Returns statements as one script. */
export function toText(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};\n`).join("\n")
}

/**
 * Finds the database behind an adapter.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` if `database()` did not return the adapter
 */
export function databaseOf(db: Adapter): AdapterDatabase {
  const found = databases.get(db)
  if (found) return found
  throw invalid(
    "Expected the adapter that database() returned. A copy, { ...db }, works as an adapter, but not here.",
  )
}
