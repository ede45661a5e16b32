import { createHash, randomUUID } from "node:crypto"
import type { Adapter } from "@auth/core/adapters"
import { cacheRevocations, type RevocationTable } from "../stores/cache-revocations.js"
import type { LimiterStore } from "../stores/limiter-store.js"
import type { LockStore } from "../stores/lock-store.js"
import type { RevocationStore, SessionRecord } from "../stores/revocation-store.js"
import { type AdapterDatabase, databaseOf } from "./migrate.js"
import { invalid, rejectUnknown } from "./names.js"

/** How a revocation store of a database behaves. */
export interface SqlRevocationOptions {
  /**
   * Seconds, from 0 to 5, for which this process trusts its copy of the revocations; it learns of other processes'
   * revocations after that. 0 asks the database on every request.
   *
   * @default 4
   */
  readonly maxStale?: number
}

/** Has a fixed length and alphabet, so that every database can index it and no collation equates two of them. */
const hash = (...parts: string[]) => createHash("sha256").update(JSON.stringify(parts)).digest("base64url")

/** Keys that one query reads. */
const batchSize = 256

/**
 * Creates a revocation store in the tables of `migrate()`, for sessions in cookies that several processes serve.
 *
 * @param db the adapter that `database()` returned
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_UNKNOWN_OPTION`
 *
 * @example
 * const db = database("postgres://localhost/app")
 * const auth = ExpressAuth({ providers: [GitHub], revocation: sqlRevocation(db), locks: sqlLocks(db) })
 */
export function sqlRevocation(db: Adapter, options: SqlRevocationOptions = {}): Required<RevocationStore> {
  rejectUnknown("sqlRevocation", options, ["maxStale"])
  const { maxStale = 4 } = options
  if (!(maxStale >= 0 && maxStale <= 5)) throw invalid("`maxStale` must be a number of seconds from 0 to 5.")
  return revocationIn(databaseOf(db), maxStale)
}

/** Creates the revocation store of a database. */
export function revocationIn(database: AdapterDatabase, maxStale: number): Required<RevocationStore> {
  const table = revocationTable(database)
  return {
    ...cacheRevocations(table, maxStale),
    claim: claimIn(database),
    ...sessionRecords(database, table),
  }
}

/** Claims by a single statement, so that one of several concurrent calls succeeds. */
function claimIn({ store, prepare }: AdapterDatabase): Required<RevocationStore>["claim"] {
  return async (key, until) => {
    await prepare()
    const row = { key: hash(key), revokedAt: Date.now(), expires: until }
    const isClaimed = (await store.insertOr("revocations", [row], "keep")) > 0
    return isClaimed ? () => store.removeAll([["revocations", { key: row.key }]]) : undefined
  }
}

function revocationTable({ store, prepare }: AdapterDatabase): RevocationTable {
  return {
    async read(keys) {
      await prepare()
      const hashes = keys.map((key) => hash(key))
      const found = new Map<string, number>()
      for (let start = 0; start < hashes.length; start += batchSize)
        for (const row of await store.listIn("revocations", "key", hashes.slice(start, start + batchSize)))
          found.set(row.key, row.revokedAt)
      return hashes.map((key) => found.get(key))
    },
    async write(keys, at, until) {
      await prepare()
      // In the same order everywhere, to avoid deadlocks.
      const hashes = keys.map((key) => hash(key)).sort()
      const rows = hashes.map((key) => ({ key, revokedAt: at, expires: until }))
      await store.insertOr("revocations", rows, { greatest: ["revokedAt", "expires"] })
    },
  }
}

function sessionRecords({ store, prepare }: AdapterDatabase, { read }: RevocationTable) {
  return {
    async remember(session: SessionRecord): Promise<void> {
      await prepare()
      const { id: sid, userId, expires } = session
      await store.insertOr("sessionRecords", [{ sid, userId, record: JSON.stringify(session), expires }], {})
    },
    async list(userId: string): Promise<SessionRecord[]> {
      await prepare()
      const rows = await store.list("sessionRecords", { userId })
      const found = rows.filter(({ expires }) => expires.getTime() > Date.now()).map(toRecord)
      const [ofUser, ...ofSessions] = await read([`sub:${userId}`, ...found.map(({ id }) => `sid:${id}`)])
      const isLive = ({ createdAt }: SessionRecord, place: number) =>
        ofSessions[place] === undefined && createdAt.getTime() > (ofUser ?? 0)
      return found.filter(isLive).sort((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime())
    },
  }
}

/**
 * Creates a lock store in the tables of `migrate()`. The clocks of the processes that share it should agree to a
 * second.
 *
 * @param db the adapter that `database()` returned
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function sqlLocks(db: Adapter): LockStore {
  return locksIn(databaseOf(db))
}

/** Creates the lock store of a database. */
export function locksIn({ store, prepare }: AdapterDatabase): LockStore {
  const after = (seconds: number) => new Date(Date.now() + Math.ceil(seconds * 1000))
  return {
    async acquire(name, ttl) {
      await prepare()
      const key = hash("lock", name)
      const owner = randomUUID()
      const row = { key, owner, value: null, expires: after(ttl) }
      // One statement is enough for a free lock, the usual case.
      const isTaken =
        (await store.insertOr("locks", [row], "keep")) > 0 ||
        (await store.takeOver("locks", { owner, expires: row.expires }, { key }))
      return isTaken ? () => store.removeAll([["locks", { key, owner }]]) : undefined
    },
    async get(name) {
      await prepare()
      const row = (await store.list("locks", { key: hash("value", name) }))[0]
      return row && row.expires.getTime() > Date.now() ? (row.value ?? undefined) : undefined
    },
    async set(name, value, ttl) {
      await prepare()
      const row = { key: hash("value", name), owner: null, value, expires: after(ttl) }
      await store.insertOr("locks", [row], {})
    },
  }
}

/**
 * Creates a limiter in the tables of `migrate()`. The clocks of the processes that share it should agree to a second.
 *
 * @param db the adapter that `database()` returned
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 *
 * @example
 * const db = database("postgres://localhost/app")
 * const auth = ExpressAuth({ providers: [GitHub], adapter: db, limiter: sqlLimiter(db) })
 */
export function sqlLimiter(db: Adapter): LimiterStore {
  return limiterIn(databaseOf(db))
}

/** Creates the limiter of a database. */
export function limiterIn({ store, prepare }: AdapterDatabase): Required<LimiterStore> {
  return {
    async take(name, { limit, window }) {
      await prepare()
      const key = hash("limit", name)
      const now = new Date()
      const expires = new Date(now.getTime() + Math.ceil(window * 1000))
      if (await store.countUp({ key, count: 1, limit, now, expires })) return { allowed: true, retryAfter: 0 }
      const row = await store.find("limits", { key })
      return { allowed: false, retryAfter: secondsUntil(row?.expires ?? expires) }
    },
    async peek(name, { limit }) {
      await prepare()
      const row = await store.find("limits", { key: hash("limit", name) })
      const isFull = row !== undefined && row.count >= limit && row.expires.getTime() > Date.now()
      return isFull
        ? { allowed: false, retryAfter: secondsUntil(row.expires) }
        : { allowed: true, retryAfter: 0 }
    },
    async giveBack(name) {
      await prepare()
      await store.countDown({ key: hash("limit", name) })
    },
  }
}

/** Always positive, because the window was still open when it was read. */
function secondsUntil(date: Date): number {
  return Math.max(1, date.getTime() - Date.now()) / 1000
}

function toRecord({ record }: { record: string }): SessionRecord {
  const dates = ["createdAt", "lastUsedAt", "expires"]
  return JSON.parse(record, (name, value) =>
    dates.includes(name) ? new Date(value) : value,
  ) as SessionRecord
}
