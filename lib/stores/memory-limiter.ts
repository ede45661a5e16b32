import { LRUCache } from "lru-cache"
import type { LimitAnswer, LimiterStore } from "../config/limiter-store.js"

interface Count {
  readonly count: number
  /** Milliseconds since 1970. */
  readonly until: number
}

/** Keys it keeps; of more, those that were met longest ago are forgotten. */
const size = 50_000

/** The store, and how much it keeps. */
export interface MemoryLimiter extends LimiterStore {
  take(...args: Parameters<LimiterStore["take"]>): LimitAnswer
  giveBack(key: string): void
  forget(key: string): void
  /** Keys it keeps. */
  readonly size: number
}

/**
 * A limiter in the memory of this process, and the default: enough for apps of one process. It keeps the 50 000 keys that
 * were met last.
 *
 * @example
 * const auth = ExpressAuth({ providers: [GitHub], limiter: memoryLimiter() })
 */
export function memoryLimiter(): MemoryLimiter {
  const counts = new LRUCache<string, Count>({ max: size })

  function live(key: string): Count | undefined {
    const known = counts.get(key)
    return known && known.until > Date.now() ? known : undefined
  }

  return {
    take(key, { limit, window }) {
      const now = Date.now()
      const { count, until } = live(key) ?? { count: 0, until: now + window * 1000 }
      if (count >= limit) return { allowed: false, retryAfter: (until - now) / 1000 }
      counts.set(key, { count: count + 1, until })
      return { allowed: true, retryAfter: 0 }
    },
    giveBack(key) {
      const known = live(key)
      if (known) counts.set(key, { ...known, count: Math.max(0, known.count - 1) })
    },
    forget(key) {
      counts.delete(key)
    },
    get size() {
      return counts.size
    },
  }
}
