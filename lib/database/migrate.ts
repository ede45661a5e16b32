import type { Adapter } from "@auth/core/adapters"
import { invalid, resolveSchema, type SchemaOptions } from "./names.js"
import { planAll } from "./plan.js"
import type { RowStore } from "./row-store.js"
import type { Dialect } from "./schema.js"

/** What makes the tables of a database, or in MongoDB the indexes. */
export interface Migration {
  /** The statements that are needed now. */
  pending(): Promise<string[]>
  /** Runs them, and says which they were. */
  run(): Promise<string[]>
  /** All of them, of an empty database. */
  text(): string
}

/** A database to be used. What can fail while it connects fails later, in what is asked of it. */
export interface Opened {
  readonly store: RowStore
  readonly migration: Migration
  /** The database deletes what has expired without being asked. */
  readonly purgesItself?: true
  close(): Promise<void>
}

/** What an adapter of ours works on. */
export interface Behind extends Pick<Opened, "store" | "migration"> {
  /** What has to be done before its first use. */
  readonly prepare: () => Promise<unknown>
}

const behind = new WeakMap<Adapter, Behind>()

/** Lets functions that take an adapter find what is behind it. */
export function rememberBehind(adapter: Adapter, found: Behind): void {
  behind.set(adapter, found)
}

/**
 * Makes the tables, columns and indexes that are missing. Run it when you deploy, before the app starts: several
 * processes may do so at once, and again and again. Nothing is ever dropped or rewritten.
 *
 * @param db what `database()` returned
 * @returns the statements that were run: none where nothing was missing
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, with a list of what does not fit in tables of another maker
 *
 * @example
 * await migrate(database("postgres://localhost/app"))
 */
export async function migrate(db: Adapter): Promise<string[]> {
  return behindOf(db).migration.run()
}

/**
 * What `migrate()` would run now.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, with a list of what does not fit in tables of another maker
 */
export async function pending(db: Adapter): Promise<string[]> {
  return behindOf(db).migration.pending()
}

/**
 * The SQL of the whole schema, to review or to hand to a migration tool of your own; of MongoDB, the commands for its
 * shell. Nothing is connected to.
 *
 * @param db what `database()` returned, or which SQL to write; the latter needs no driver
 */
export function sql(db: Adapter | Dialect, options?: SchemaOptions): string {
  if (typeof db !== "string") return behindOf(db).migration.text()
  return toText(planAll(resolveSchema(db, options)))
}

export function toText(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};\n`).join("\n")
}

/** @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` */
export function behindOf(db: Adapter): Behind {
  const found = behind.get(db)
  if (found) return found
  throw invalid(
    "This is not what database() returned. A copy of it, { ...db }, is an adapter, but has no tables to work on.",
  )
}
