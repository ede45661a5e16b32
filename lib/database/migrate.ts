import type { Adapter } from "@auth/core/adapters"
import { sql as query } from "kysely"
import { run } from "./client.js"
import type { AnyKysely, Dialect } from "./dialect.js"
import { invalid, resolveSchema, type SchemaOptions } from "./names.js"
import { type Plan, plan, planAll } from "./plan.js"
import type { Schema } from "./schema.js"
import type { Store } from "./store.js"
import { encode } from "./values.js"
import { withLock } from "./with-lock.js"

/** The newest version of the schema. A later one adds what changes data once, to be run where this one was. */
const version = 1

/** What an adapter of ours works on. */
export interface Behind {
  readonly store: Store
  /** What has to be done before its first use. */
  readonly prepare: () => Promise<unknown>
}

const behind = new WeakMap<Adapter, Behind>()

/** Lets functions that take an adapter find what is behind it. */
export function rememberStore(
  adapter: Adapter,
  store: Store,
  prepare: Behind["prepare"] = () => Promise.resolve(),
): void {
  behind.set(adapter, { store, prepare })
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
  const { client, schema } = storeOf(db)
  if ((await planFor(client.db, schema)).length === 0) return []
  return withLock(client, async (connection) => {
    const statements = await planFor(connection, schema)
    for (const statement of statements) await run({ db: connection }, statement)
    await recordVersion(connection, schema)
    return statements
  })
}

/**
 * What `migrate()` would run now.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, with a list of what does not fit in tables of another maker
 */
export async function pending(db: Adapter): Promise<string[]> {
  const { client, schema } = storeOf(db)
  return planFor(client.db, schema)
}

/**
 * The SQL of the whole schema, to review or to hand to a migration tool of your own. Nothing is connected to.
 *
 * @param db what `database()` returned, or which SQL to write; the latter needs no driver
 */
export function sql(db: Adapter | Dialect, options?: SchemaOptions): string {
  const schema = typeof db === "string" ? resolveSchema(db, options) : storeOf(db).schema
  return planAll(schema)
    .map((statement) => `${statement};\n`)
    .join("\n")
}

async function planFor(db: AnyKysely, schema: Schema): Promise<string[]> {
  const { statements, problems }: Plan = await plan(db, schema)
  if (problems.length === 0) return [...statements]
  throw invalid(
    `The tables do not fit:\n${problems.map((problem) => `- ${problem}`).join("\n")}\n` +
      "Change them, or name tables of their own for express-authjs with the option `names`.",
  )
}

async function recordVersion(db: AnyKysely, { dialect, migrations }: Schema): Promise<void> {
  const table = query.table(migrations)
  const known = await query`select version from ${table} where version = ${version}`.execute(db)
  if (known.rows.length > 0) return
  const now = encode(new Date(), { kind: "date" }, dialect)
  await query`insert into ${table} (version, applied_at) values (${version}, ${now})`.execute(db)
}

function storeOf(db: Adapter): Store {
  return behindOf(db).store
}

/** @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` */
export function behindOf(db: Adapter): Behind {
  const found = behind.get(db)
  if (found) return found
  throw invalid(
    "This is not what database() returned. A copy of it, { ...db }, is an adapter, but has no tables to work on.",
  )
}
