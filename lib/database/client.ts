import type { Parameter } from "./column-values.js"
import { type AnyKysely, kysely } from "./kysely.js"
import type { Dialect, Row } from "./schema.js"
import { withTimeout } from "./with-timeout.js"

/** The result of a statement. */
export interface Result {
  /** The rows that it returned. */
  readonly rows: readonly Row[]
  /** How many rows the statement changed; in PostgreSQL and MySQL, how many it matched. */
  readonly changed: number
  /** The id that MySQL generated for the inserted row. */
  readonly insertedId?: bigint | undefined
}

/** Runs a query as a prepared statement of the driver. With `"one"`, it may return only the first row. */
export type Prepared = (
  sql: string,
  parameters: readonly Parameter[],
  wanted: Wanted,
) => readonly Row[] | Promise<readonly Row[]>

/** How many rows of a query are needed. */
export type Wanted = "one" | "all"

/** A database. Failures to connect reject `run` and `read`. */
export interface Client {
  /** The dialect of its SQL. */
  readonly dialect: Dialect
  /** Milliseconds that each statement may take. */
  readonly timeout: number
  /** Enforces the timeout itself, and replaces connections that exceed it. */
  readonly isWatched?: true
  /** Runs the statements of an app, with the timeout. */
  readonly db: AnyKysely
  /** Runs migrations, without a timeout. */
  readonly migrating: AnyKysely
  /** Runs queries faster than `db` does. */
  readonly prepared?: Prepared
  /** Replaces `db` for writes: runs all of the statements or none, and returns the result of each. */
  readonly write?: (batch: Batch) => Promise<readonly Result[]>
  /** Runs a statement synchronously, and finalizes it even if it fails. */
  readonly exec?: (sql: string) => unknown
  /** Closes all connections. */
  close(): Promise<void>
}

/** Statements to run in one transaction, in this order. */
export type Batch = readonly (readonly [sql: string, parameters: readonly Parameter[]])[]

/**
 * Runs a statement that writes.
 *
 * @throws {DatabaseTimeoutError} if it takes longer than the timeout
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

/** Runs a statement without a timeout. */
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
 * Runs a query.
 *
 * @throws {DatabaseTimeoutError} if it takes longer than the timeout
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
 * @throws {DatabaseTimeoutError} if they take longer than the timeout
 */
export async function runTogether(client: Client, batch: Batch): Promise<void> {
  if (client.write) return void (await bounded(client, client.write(batch)))
  const transaction = client.db.transaction().execute(async (connection) => {
    for (const [sql, parameters] of batch) await execute(connection, sql, parameters)
  })
  await bounded(client, transaction)
}

function bounded<Value>({ isWatched, timeout }: Client, answer: Promise<Value>): Promise<Value> {
  return isWatched ? answer : withTimeout(answer, timeout)
}
