import { CompiledQuery } from "kysely"
import type { AnyKysely, Dialect, Row } from "./dialect.js"
import type { Parameter } from "./values.js"

export interface Result {
  readonly rows: readonly Row[]
  /** How many rows a statement changed; in PostgreSQL and MySQL those it found. */
  readonly changed: number
  /** The id MySQL made for the row inserted. */
  readonly insertedId?: bigint | undefined
}

/** Milliseconds a read may take. */
const patience = 5000

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
  readonly db: AnyKysely
  readonly prepared?: Prepared
  /** Runs a statement at once and lets go of it even if it fails. */
  readonly exec?: (sql: string) => unknown
  /** Runs a transaction without letting go of the thread, on which the others that wait for it may be running. */
  readonly together?: (batch: Batch) => void
  close(): Promise<void>
}

export type Batch = readonly (readonly [sql: string, parameters: readonly Parameter[]])[]

export async function run(
  { db }: Pick<Client, "db">,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<Result> {
  const { rows, numAffectedRows, insertId } = await db.executeQuery<Row>(
    CompiledQuery.raw(sql, [...parameters]),
  )
  return { rows, changed: Number(numAffectedRows ?? 0), insertedId: insertId }
}

export async function read(
  client: Client,
  sql: string,
  parameters: readonly Parameter[],
  wanted: Wanted,
): Promise<readonly Row[]> {
  const answer = client.prepared
    ? client.prepared(sql, parameters, wanted)
    : run(client, sql, parameters).then(({ rows }) => rows)
  return answer instanceof Promise ? inTime(answer) : answer
}

/** A server that is there and does not answer is a failure too: drivers wait for it without end. */
export function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_, reject) => {
    const message = `The database did not answer within ${patience / 1000} seconds`
    timer = setTimeout(() => reject(new Error(message)), patience)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

/** All of the statements, or none. */
export async function runTogether({ db, together }: Client, batch: Batch): Promise<void> {
  if (together) return db.connection().execute(async () => together(batch))
  await db.transaction().execute(async (transaction) => {
    for (const [sql, parameters] of batch) await run({ db: transaction }, sql, parameters)
  })
}
