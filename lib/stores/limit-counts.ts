import type { Limit, LimitAnswer } from "./limiter-store.js"

interface Count {
  readonly count: number
  /** When the window ends, in milliseconds since 1970. */
  readonly until: number
}

// Written by hand, not with rate-limiter-flexible or lru-cache: eviction must never reset an exhausted key.

/** The number of keys to keep. */
const maxKeys = 50_000
/** Keys with room left that stay even when exhausted keys fill the rest, so that new keys are still counted. */
const reserve = maxKeys / 10
/** Milliseconds between two searches for expired keys. */
const sweepInterval = 1000

/**
 * Counts per key, in memory. Above 50,000 keys it evicts expired keys first, then the oldest keys with room left, and
 * exhausted keys last, so that flooding it with new keys does not give an attacker fresh attempts.
 */
export class LimitCounts {
  readonly #open = new Map<string, Count>()
  readonly #exhausted = new Map<string, Count>()
  #sweptAt = Number.NEGATIVE_INFINITY

  /** The number of keys kept. */
  get size(): number {
    return this.#open.size + this.#exhausted.size
  }

  /** Counts one attempt if the limit allows it. */
  take(key: string, { limit, window }: Limit): LimitAnswer {
    const now = Date.now()
    const current = this.#unexpired(key) ?? { count: 0, until: now + window * 1000 }
    const allowed = current.count < limit
    const count = allowed ? current.count + 1 : current.count
    this.#put(key, { ...current, count }, count >= limit)
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
    if (current && current.count > 1) this.#put(key, { ...current, count: current.count - 1 }, false)
    else this.forget(key)
  }

  /** Removes the count of a key. */
  forget(key: string): void {
    this.#open.delete(key)
    this.#exhausted.delete(key)
  }

  /** Marks a key as exhausted for `seconds`. */
  exhaust(key: string, { limit }: Pick<Limit, "limit">, seconds: number): void {
    this.#put(key, { count: limit, until: Date.now() + seconds * 1000 }, true)
  }

  #unexpired(key: string): Count | undefined {
    const current = this.#open.get(key) ?? this.#exhausted.get(key)
    return current && current.until > Date.now() ? current : undefined
  }

  /** Deletes before it inserts: maps iterate in insertion order, so the oldest count comes first. */
  #put(key: string, count: Count, isExhausted: boolean): void {
    this.forget(key)
    const counts = isExhausted ? this.#exhausted : this.#open
    counts.set(key, count)
    if (this.size > maxKeys) this.#evict()
  }

  #evict(): void {
    this.#deleteExpired()
    while (this.size > maxKeys) {
      const counts = this.#open.size > reserve || this.#exhausted.size === 0 ? this.#open : this.#exhausted
      for (const oldest of counts.keys()) {
        counts.delete(oldest)
        break
      }
    }
  }

  #deleteExpired(): void {
    if (performance.now() < this.#sweptAt + sweepInterval) return
    this.#sweptAt = performance.now()
    const now = Date.now()
    for (const counts of [this.#open, this.#exhausted])
      for (const [key, { until }] of counts) if (until <= now) counts.delete(key)
  }
}
