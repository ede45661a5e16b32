/** A value, or a promise of it. */
type Awaitable<Value> = Value | Promise<Value>

/** Releases a lock. */
export type Release = () => Awaitable<void>

/**
 * Locks shared between processes, for work that must happen once, such as redeeming a refresh token, and short-lived
 * values through which the other processes get the result.
 *
 * Keys are opaque strings of at most 100 characters without secrets; values arrive encrypted. Each method must be
 * atomic and may return a value or a promise.
 */
export interface LockStore {
  /**
   * Acquires a lock if it is free. Does not wait.
   *
   * @param ttl seconds until the lock expires if it is not released
   * @returns a function that releases the lock, and does nothing once the lock has expired and been acquired again;
   * `undefined` when the lock is taken
   */
  acquire(key: string, ttl: number): Awaitable<Release | undefined>
  /** Returns the unexpired value of a key. */
  get(key: string): Awaitable<string | undefined>
  /**
   * Stores a value.
   *
   * @param ttl seconds until the value expires
   */
  set(key: string, value: string, ttl: number): Awaitable<void>
}
