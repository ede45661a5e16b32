import type { Client } from "./client.js"
import { type AnyKysely, sql } from "./kysely.js"
import type { Dialect } from "./schema.js"
import { retryWhileBusy } from "./sqlite-busy.js"

type Work<Value> = (db: AnyKysely) => Promise<Value>
type Step = (db: AnyKysely, client: Client) => Promise<unknown>

interface Lock {
  /** Acquires the lock. */
  take: Step
  /** Releases the lock after success. */
  keep: Step
  /** Releases the lock after failure. */
  drop: Step
}

const execute =
  (statement: string): Step =>
  (db) =>
    sql.raw(statement).execute(db)

const mysqlName = "concat('express-authjs ', left(sha2(database(), 256), 16))"

/** Where the database can roll back DDL, the work runs in one transaction. */
const locks: Readonly<Record<Dialect, Lock>> = {
  sqlite: { take: beginAsWriter, keep: execute("commit"), drop: execute("rollback") },
  postgres: {
    take: async (db) => {
      await sql`begin`.execute(db)
      await sql`set local lock_timeout = '60s'`.execute(db)
      await sql`select pg_advisory_xact_lock(hashtext('express-authjs'))`.execute(db)
    },
    keep: execute("commit"),
    drop: execute("rollback"),
  },
  mysql: {
    take: async (db) => {
      const { rows } = await sql<{
        taken: unknown
      }>`select get_lock(${sql.raw(mysqlName)}, 60) as taken`.execute(db)
      if (Number(rows[0]?.taken) !== 1) throw new Error("Another process has been migrating for a minute")
    },
    keep: execute(`select release_lock(${mysqlName})`),
    drop: execute(`select release_lock(${mysqlName})`),
  },
  mssql: {
    take: execute(
      `exec sp_getapplock @Resource = 'express-authjs', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 60000`,
    ),
    keep: execute(`exec sp_releaseapplock @Resource = 'express-authjs', @LockOwner = 'Session'`),
    drop: execute(`exec sp_releaseapplock @Resource = 'express-authjs', @LockOwner = 'Session'`),
  },
}

/** Runs work on one connection while no other process does the same. */
export async function withLock<Value>(client: Client, work: Work<Value>): Promise<Value> {
  const { take, keep, drop } = locks[client.dialect]
  return client.migrating.connection().execute(async (connection) => {
    await take(connection, client)
    try {
      const value = await work(connection)
      await keep(connection, client)
      return value
    } catch (error) {
      // The first error matters, not a failure to roll back.
      await drop(connection, client).catch(() => undefined)
      throw error
    }
  })
}

/**
 * Repeats the attempt instead of letting SQLite wait, which blocks the process, maybe the one that holds the lock. In
 * `libsql`, a rejected statement stays in progress and prevents the commit, unless run by `exec`.
 */
async function beginAsWriter(db: AnyKysely, { exec }: Client): Promise<void> {
  const begin = async () => (exec ? exec("begin immediate") : sql`begin immediate`.execute(db))
  const { rows } = await sql<{ timeout: number }>`pragma busy_timeout`.execute(db)
  await sql`pragma busy_timeout = 0`.execute(db)
  try {
    await retryWhileBusy(begin, 60_000)
  } finally {
    await sql.raw(`pragma busy_timeout = ${Number(rows[0]?.timeout ?? 5000)}`).execute(db)
  }
}
