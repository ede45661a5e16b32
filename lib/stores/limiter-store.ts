/** A value, or a promise of it. */
type Awaitable<Value> = Value | Promise<Value>

/** A rate limit with a fixed window. */
export interface Limit {
  /** The number of attempts allowed per window: a positive integer. */
  readonly limit: number
  /** Length of the window in seconds, from the first attempt. */
  readonly window: number
}

/** Whether an attempt is allowed. */
export interface LimitAnswer {
  /** Whether the attempt is within the limit. */
  readonly allowed: boolean
  /** Seconds until another attempt is allowed; 0 if this one is. */
  readonly retryAfter: number
}

/**
 * Counts attempts for all processes that share the store.
 *
 * Keys are opaque hashes of at most 100 characters. Each method must be atomic: of many concurrent calls, `take` must
 * allow exactly as many as the limit permits. Methods may return values or promises.
 */
export interface LimiterStore {
  /** Counts one attempt if the limit allows it. A refused attempt is not counted. */
  take(key: string, limit: Limit): Awaitable<LimitAnswer>
  /**
   * Returns what `take` would, without counting. Every limit of a request is checked before any of them counts it, so
   * that a refused request leaves no count behind. Without this method, attempts are counted and then refunded.
   */
  peek?(key: string, limit: Limit): Awaitable<LimitAnswer>
  /** Refunds one attempt. The window stays, unless no attempt is left in it. */
  giveBack(key: string): Awaitable<void>
}
