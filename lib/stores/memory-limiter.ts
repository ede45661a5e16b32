import { LimitCounts } from "./limit-counts.js"
import type { LimitAnswer, LimiterStore } from "./limiter-store.js"
import { markMemoryStore } from "./mark-memory-store.js"

/** A limiter in memory. All of its methods are synchronous. */
export interface MemoryLimiter extends LimiterStore {
  /** Counts one attempt if the limit allows it. */
  take(...args: Parameters<LimiterStore["take"]>): LimitAnswer
  /** Returns what `take` would, without counting. */
  peek(...args: Parameters<LimiterStore["take"]>): LimitAnswer
  /** Refunds one attempt. */
  giveBack(key: string): void
  /** Resets the count of a key to 0. */
  forget(key: string): void
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
    forget: (key) => counts.forget(key),
    get size() {
      return counts.size
    },
  })
}
