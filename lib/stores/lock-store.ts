/** A value, or the promise of one. */
type Awaitable<Value> = Value | Promise<Value>

/** Gives a lock back. */
export type Release = () => Awaitable<void>

/**
 * Lets one of several processes do what must not be done twice, such as using a refresh token up, and hands the others
 * what came of it.
 *
 * Keys are opaque texts of at most 100 characters that hold no secret; values are encrypted before they get here.
 * Implementations have to be atomic in each method and may answer at once or by a promise.
 */
export interface LockStore {
  /**
   * Takes a lock, if nobody holds it. It does not wait.
   *
   * @param ttl seconds after which the lock is free again, whatever became of its holder
   * @returns what gives it back, which must do nothing when somebody else has it by then; `undefined` where it is held
   */
  acquire(key: string, ttl: number): Awaitable<Release | undefined>
  /** What was kept under a key and has not expired. */
  get(key: string): Awaitable<string | undefined>
  /** @param ttl seconds until it is forgotten */
  set(key: string, value: string, ttl: number): Awaitable<void>
}
