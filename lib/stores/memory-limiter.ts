import type { Limit, LimitAnswer, LimiterStore } from "./limiter-store.js"
import { markMemoryStore } from "./mark-memory-store.js"

/** A limiter in memory. All of its methods are synchronous. */
export interface MemoryLimiter extends LimiterStore {
  /** Counts one attempt if the limit allows it. */
  take(...args: Parameters<LimiterStore["take"]>): LimitAnswer
  /** Returns what `take` would, without counting. */
  peek(...args: Parameters<LimiterStore["take"]>): LimitAnswer
  /** Refunds one attempt. */
  giveBack(key: string): void
  /** The number of keys kept, at most 50,000. */
  readonly size: number
}

/**
 * Creates a limiter in the memory of this process: the default, sufficient for apps that run as a single process. It
 * keeps up to 50,000 keys. Beyond that it evicts expired keys first, then those with the smallest share of their limit
 * used up, the least recently counted first.
 *
 * @example
 * const auth = ExpressAuth({ providers: [GitHub], limiter: memoryLimiter() })
 */
export function memoryLimiter(): MemoryLimiter {
  const counts = new LimitCounts()
  return markMemoryStore({
    take: (key, limit) => counts.take(key, limit),
    peek: (key, limit) => counts.peek(key, limit),
    giveBack: (key) => counts.giveBack(key),
    get size() {
      return counts.size
    },
  })
}

interface Count {
  readonly count: number
  /** The number of attempts allowed. */
  readonly limit: number
  /** When the window ends, in milliseconds since 1970. */
  readonly until: number
}

// Written by hand, not with rate-limiter-flexible or lru-cache: eviction must never favour an attacker's new keys.

/** The number of keys to keep. */
const maxKeys = 50_000
/** The emptiest keys, this many, stay even when fuller ones take up the rest, so that new keys are still counted. */
const reserve = maxKeys / 10
/** Milliseconds between two searches for expired keys. */
const sweepInterval = 1000
/** Steps of fullness: 0 for nearly empty keys, 10 for exhausted ones. */
const maxLevel = 10

/**
 * Counts per key, in memory. Above 50,000 keys it evicts expired keys first, then the emptiest, the least recently counted
 * of them first. Flooding it with new keys therefore gives an attacker no fresh attempts at a key that is nearly or
 * entirely exhausted.
 */
export class LimitCounts {
  readonly #counts = new Map<string, Count>()
  /** The keys by fullness, each level in the order in which its keys were counted. */
  readonly #levels = Array.from({ length: maxLevel + 1 }, () => new Set<string>())
  #sweptAt = Number.NEGATIVE_INFINITY

  /** The number of keys kept. */
  get size(): number {
    return this.#counts.size
  }

  /** Counts one attempt if the limit allows it. */
  take(key: string, { limit, window }: Limit): LimitAnswer {
    const now = Date.now()
    const current = this.#unexpired(key) ?? { count: 0, until: now + window * 1000 }
    const allowed = current.count < limit
    const count = allowed ? current.count + 1 : current.count
    this.#put(key, { ...current, count, limit })
    return allowed ? { allowed, retryAfter: 0 } : { allowed, retryAfter: (current.until - now) / 1000 }
  }

  /** Returns what `take` would, without counting. */
  peek(key: string, { limit }: Pick<Limit, "limit">): LimitAnswer {
    const current = this.#unexpired(key)
    if (!current || current.count < limit) return { allowed: true, retryAfter: 0 }
    return { allowed: false, retryAfter: (current.until - Date.now()) / 1000 }
  }

  /** Refunds one attempt. A count of 0 is removed, and its window with it. */
  giveBack(key: string): void {
    const current = this.#unexpired(key)
    if (current && current.count > 1) this.#put(key, { ...current, count: current.count - 1 })
    else this.forget(key)
  }

  /** Removes the count of a key. */
  forget(key: string): void {
    const current = this.#counts.get(key)
    if (!current) return
    this.#counts.delete(key)
    this.#levels[levelOf(current)]?.delete(key)
  }

  /** Marks a key as exhausted for `seconds`. */
  exhaust(key: string, { limit }: Pick<Limit, "limit">, seconds: number): void {
    this.#put(key, { count: limit, limit, until: Date.now() + seconds * 1000 })
  }

  #unexpired(key: string): Count | undefined {
    const current = this.#counts.get(key)
    return current && current.until > Date.now() ? current : undefined
  }

  /** Deletes before it inserts: sets iterate in insertion order, so the oldest count comes first. */
  #put(key: string, count: Count): void {
    this.forget(key)
    this.#counts.set(key, count)
    this.#levels[levelOf(count)]?.add(key)
    if (this.size > maxKeys) this.#evict()
  }

  #evict(): void {
    this.#deleteExpired()
    while (this.size > maxKeys) this.#forgetOldest(this.#evictable())
  }

  /** The emptiest level that is not within the reserve. */
  #evictable(): Iterable<string> {
    let keys = 0
    for (const level of this.#levels) {
      keys += level.size
      if (keys > reserve) return level
    }
    return this.#counts.keys()
  }

  #forgetOldest(keys: Iterable<string>): void {
    for (const oldest of keys) {
      this.forget(oldest)
      break
    }
  }

  #deleteExpired(): void {
    if (performance.now() < this.#sweptAt + sweepInterval) return
    this.#sweptAt = performance.now()
    const now = Date.now()
    for (const [key, { until }] of this.#counts) if (until <= now) this.forget(key)
  }
}

function levelOf({ count, limit }: Count): number {
  return Math.min(maxLevel, Math.floor((maxLevel * count) / limit))
}
