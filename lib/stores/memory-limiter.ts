import { LimitCounts } from "./limit-counts.js"
import type { LimitAnswer, LimiterStore } from "./limiter-store.js"
import { markMemoryStore } from "./mark-memory-store.js"

/** The store, and how much it keeps. */
export interface MemoryLimiter extends LimiterStore {
  take(...args: Parameters<LimiterStore["take"]>): LimitAnswer
  peek(...args: Parameters<LimiterStore["take"]>): LimitAnswer
  giveBack(key: string): void
  forget(key: string): void
  /** Keys it keeps. */
  readonly size: number
}

/**
 * A limiter in the memory of this process, and the default: enough for apps of one process. It keeps 50 000 keys. When there
 * are more, it forgets those that have expired first, then those with room left that were counted longest ago, and
 * exhausted ones last.
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
