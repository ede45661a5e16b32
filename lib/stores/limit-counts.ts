import type { Limit, LimitAnswer } from "./limiter-store.js"

interface Count {
  readonly count: number
  /** Milliseconds since 1970. */
  readonly until: number
}

/** Keys kept; beyond that, some are forgotten. */
const size = 50_000
/** Of these, how many may be pushed out only by exhausted ones that are still counting. */
const reserve = size / 10
/** Milliseconds between two searches for counts that have expired. */
const sweepInterval = 1000

/**
 * Counts in memory, by key. When there are too many, it forgets expired ones first, then the oldest of those that still
 * have room, and exhausted ones last: a flood of new keys must not give an exhausted one new tries.
 */
export class LimitCounts {
  readonly #open = new Map<string, Count>()
  readonly #exhausted = new Map<string, Count>()
  #sweptAt = Number.NEGATIVE_INFINITY

  get size(): number {
    return this.#open.size + this.#exhausted.size
  }

  /** Counts one more where the limit allows it. */
  take(key: string, { limit, window }: Limit): LimitAnswer {
    const now = Date.now()
    const known = this.#live(key) ?? { count: 0, until: now + window * 1000 }
    const allowed = known.count < limit
    const count = allowed ? known.count + 1 : known.count
    this.#put(key, { ...known, count }, count >= limit)
    return allowed ? { allowed, retryAfter: 0 } : { allowed, retryAfter: (known.until - now) / 1000 }
  }

  /** Says what `take` would, and counts nothing. */
  peek(key: string, { limit }: Pick<Limit, "limit">): LimitAnswer {
    const known = this.#live(key)
    if (!known || known.count < limit) return { allowed: true, retryAfter: 0 }
    return { allowed: false, retryAfter: (known.until - Date.now()) / 1000 }
  }

  /** Counts one less. A count that returns to none is dropped. */
  giveBack(key: string): void {
    const known = this.#live(key)
    if (known && known.count > 1) this.#put(key, { ...known, count: known.count - 1 }, false)
    else this.forget(key)
  }

  forget(key: string): void {
    this.#open.delete(key)
    this.#exhausted.delete(key)
  }

  /** Notes that a key has reached its limit, for so many seconds. */
  exhaust(key: string, { limit }: Pick<Limit, "limit">, seconds: number): void {
    this.#put(key, { count: limit, until: Date.now() + seconds * 1000 }, true)
  }

  #live(key: string): Count | undefined {
    const known = this.#open.get(key) ?? this.#exhausted.get(key)
    return known && known.until > Date.now() ? known : undefined
  }

  /** Maps keep the order of insertion, so what was counted last stands last. */
  #put(key: string, count: Count, isExhausted: boolean): void {
    this.forget(key)
    const place = isExhausted ? this.#exhausted : this.#open
    place.set(key, count)
    if (this.size > size) this.#makeRoom()
  }

  #makeRoom(): void {
    this.#sweep()
    while (this.size > size) {
      const place = this.#open.size > reserve || this.#exhausted.size === 0 ? this.#open : this.#exhausted
      for (const oldest of place.keys()) {
        place.delete(oldest)
        break
      }
    }
  }

  #sweep(): void {
    if (performance.now() < this.#sweptAt + sweepInterval) return
    this.#sweptAt = performance.now()
    const now = Date.now()
    for (const place of [this.#open, this.#exhausted])
      for (const [key, { until }] of place) if (until <= now) place.delete(key)
  }
}
