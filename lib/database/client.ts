import { inTime } from "./in-time.js"
import { type AnyKysely, kysely } from "./kysely.js"
import type { Dialect, Row } from "./schema.js"
import type { Parameter } from "./values.js"

export interface Result {
  readonly rows: readonly Row[]
  /** How many rows a statement changed; in PostgreSQL and MySQL those it found. */
  readonly changed: number
  /** The id MySQL made for the row inserted. */
  readonly insertedId?: bigint | undefined
}

/** Runs a select by a prepared statement of the driver's own. Of `"one"`, the first row is enough. */
export type Prepared = (
  sql: string,
  parameters: readonly Parameter[],
  wanted: Wanted,
) => readonly Row[] | Promise<readonly Row[]>

export type Wanted = "one" | "all"

/** A connection to a database. What can fail while it connects fails in `run` and `read`. */
export interface Client {
  readonly dialect: Dialect
  /** Milliseconds within which each statement has to be answered. */
  readonly timeout: number
  /** Keeps to the timeout itself, and replaces connections that do not. */
  readonly isWatched?: true
  /** For the statements of a running app. */
  readonly db: AnyKysely
  /** For migrations, whose statements take as long as they take. */
  readonly migrating: AnyKysely
  readonly prepared?: Prepared
  /** Writes by other means than `db`: all of the statements, or none. Returns the result of each. */
  readonly write?: (batch: Batch) => Promise<readonly Result[]>
  /** Runs a statement at once and lets go of it even if it fails. */
  readonly exec?: (sql: string) => unknown
  close(): Promise<void>
}

export type Batch = readonly (readonly [sql: string, parameters: readonly Parameter[]])[]

/**
 * Runs a statement that writes.
 *
 * @throws {DatabaseTimeoutError}
 */
export async function run(
  client: Client,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<Result> {
  if (!client.write) return bounded(client, execute(client.db, sql, parameters))
  const [result] = await bounded(client, client.write([[sql, parameters]]))
  return result ?? { rows: [], changed: 0 }
}

/** Runs a statement, however long it takes. */
export async function execute(
  db: AnyKysely,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<Result> {
  const query = kysely().CompiledQuery.raw(sql, [...parameters])
  const { rows, numAffectedRows, insertId } = await db.executeQuery<Row>(query)
  return { rows, changed: Number(numAffectedRows ?? 0), insertedId: insertId }
}

/**
 * Runs a statement that reads.
 *
 * @throws {DatabaseTimeoutError}
 */
export async function read(
  client: Client,
  sql: string,
  parameters: readonly Parameter[],
  wanted: Wanted,
): Promise<readonly Row[]> {
  const answer = client.prepared
    ? client.prepared(sql, parameters, wanted)
    : execute(client.db, sql, parameters).then(({ rows }) => rows)
  return answer instanceof Promise ? bounded(client, answer) : answer
}

/**
 * Runs all of the statements, or none.
 *
 * @throws {DatabaseTimeoutError}
 */
export async function runTogether(client: Client, batch: Batch): Promise<void> {
  if (client.write) return void (await bounded(client, client.write(batch)))
  const transaction = client.db.transaction().execute(async (connection) => {
    for (const [sql, parameters] of batch) await execute(connection, sql, parameters)
  })
  await bounded(client, transaction)
}

function bounded<Value>({ isWatched, timeout }: Client, answer: Promise<Value>): Promise<Value> {
  return isWatched ? answer : inTime(answer, timeout)
}
