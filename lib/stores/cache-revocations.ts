import { LRUCache } from "lru-cache"
import type { RevocationStore } from "./revocation-store.js"

/** Shared storage of revocations, such as a database table. */
export interface RevocationTable {
  /**
   * Stores revocations. A key that exists keeps the latest `at` and the latest `until`.
   *
   * @param at when the keys were revoked, in milliseconds since 1970
   * @param until when the entries can be deleted
   */
  write(keys: readonly string[], at: number, until: Date): Promise<unknown>
  /** Returns when each key was revoked, in the order of `keys`: milliseconds since 1970, or `undefined`. */
  read(keys: readonly string[]): Promise<readonly (number | undefined)[]>
}

interface CachedKey {
  /** When the key was revoked, in milliseconds since 1970, or {@link never}. */
  readonly at: number
  /** When the table was queried, by `performance.now()`. */
  readonly queriedAt: number
}

const never = Number.NEGATIVE_INFINITY
/** The number of keys to cache. */
const maxKeys = 20_000

/**
 * Whether a revoked key stays revoked for sessions that started later. True for `sid:` keys: the clock of the process
 * that started the session may be ahead.
 */
export function isFinal(key: string): boolean {
  return key.startsWith("sid:")
}

/**
 * Whether a revocation ends a session.
 *
 * @param at when the key was revoked, in milliseconds since 1970
 * @param started when the session started, likewise
 */
export function appliesTo(key: string, at: number, started: number): boolean {
  return at !== never && (isFinal(key) || at >= started)
}

/**
 * Puts a cache in front of a table of revocations. Revocations by this process take effect at once, those by other
 * processes within `maxStale`.
 *
 * @param maxStale seconds for which an answer of the table is reused, counted from the query
 */
export function cacheRevocations(
  { read, write }: RevocationTable,
  maxStale: number,
): Pick<RevocationStore, "revoke" | "isRevoked"> {
  const cache = new LRUCache<string, CachedKey>({ max: maxKeys })

  /** Keeps the later of both times: a slow answer of the table must not undo a newer revocation. */
  function store(key: string, at: number, queriedAt: number): number {
    const cached = cache.get(key)
    const latest = Math.max(at, cached?.at ?? never)
    cache.set(key, { at: latest, queriedAt: Math.max(queriedAt, cached?.queriedAt ?? never) })
    return latest
  }

  async function query(keys: readonly string[], started: number): Promise<boolean> {
    const queriedAt = performance.now()
    const found = await read(keys)
    // `map` before `some`: every answer must be cached, not only those up to the first revoked key.
    return keys
      .map((key, index) => appliesTo(key, store(key, found[index] ?? never, queriedAt), started))
      .some((isRevoked) => isRevoked)
  }

  return {
    async revoke(keys, until, at = new Date()) {
      if (keys.length === 0) return
      await write(keys, at.getTime(), until)
      for (const key of keys) store(key, at.getTime(), never)
    },
    isRevoked(keys, startedAt) {
      const started = startedAt.getTime()
      const staleBefore = performance.now() - maxStale * 1000
      const stale: string[] = []
      for (const key of keys) {
        const cached = cache.get(key)
        if (cached && appliesTo(key, cached.at, started)) return true
        if (!cached || cached.queriedAt <= staleBefore) stale.push(key)
      }
      return stale.length === 0 ? false : query(stale, started)
    },
  }
}
