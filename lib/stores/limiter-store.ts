/** A value, or the promise of one. */
type Awaitable<Value> = Value | Promise<Value>

/** So many within so many seconds, which begin with the first. */
export interface Limit {
  readonly limit: number
  /** Seconds. */
  readonly window: number
}

export interface LimitAnswer {
  readonly allowed: boolean
  /** Seconds until there is room again; 0 where it was allowed. */
  readonly retryAfter: number
}

/**
 * Counts what may happen so often and no more, for all processes that share it.
 *
 * Keys are hashes: opaque texts of at most 100 characters. Implementations have to be atomic in each method, so that of
 * many requests at once exactly as many are allowed as the limit says, and may answer at once or by a promise.
 */
export interface LimiterStore {
  /** Counts one more, where the limit allows it. What was refused is not counted. */
  take(key: string, limit: Limit): Awaitable<LimitAnswer>
  /**
   * Says what `take` would answer, and writes nothing. A request is checked against all of its limits before any of them
   * counts it, so that one which is refused leaves no count behind. Without this method it is counted and given back.
   */
  peek?(key: string, limit: Limit): Awaitable<LimitAnswer>
  /** Counts one less: it did not happen after all. The window stays, unless nothing is counted in it any more. */
  giveBack(key: string): Awaitable<void>
  /** Begins again at none. */
  forget(key: string): Awaitable<void>
}
