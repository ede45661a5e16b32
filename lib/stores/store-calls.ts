import { setTimeout as wait } from "node:timers/promises"
import { RateLimitError } from "../errors.js"
import { Semaphore } from "./semaphore.js"
import { type Down, isRefusal, StoreHealth, Unanswered } from "./store-health.js"

/** Concurrent calls to the store: a burst of requests must not take all the connections it shares with the app. */
const maxConcurrent = 8
/** Milliseconds before the one retry of a refused call. */
const retryPause = 100
/** `retryAfter` in seconds for requests that the store did not answer in time. */
const busyFor = 5

type Call<Value> = () => Promise<Value>
type OnLate<Value> = (value: Value) => unknown

/** Calls a store that may be slow or down: few calls at once, each with a deadline. */
export class StoreCalls {
  readonly #health: StoreHealth
  readonly #semaphore = new Semaphore(maxConcurrent)
  readonly #timeout: number

  /**
   * @param timeout milliseconds until a call must be answered, including the wait for a free slot
   * @param onFailure called with the error that starts an outage
   */
  constructor(timeout: number, onFailure: (error: unknown) => void) {
    this.#timeout = timeout
    this.#health = new StoreHealth(0.9 * timeout, onFailure)
  }

  /** Why the store is down; `undefined` while it is up. */
  get down(): Down | undefined {
    return this.#health.down
  }

  /**
   * Makes one call.
   *
   * @param onLate called with an answer that arrives after this method has thrown or returned `undefined`
   * @returns `undefined` when the store is down
   * @throws {RateLimitError} when the store is up but does not answer in time
   */
  async make<Value>(call: Call<Value>, onLate: OnLate<Value> = () => {}): Promise<Value | undefined> {
    const deadline = performance.now() + this.#timeout
    if (!this.#health.mayAsk) return undefined
    if (!(await this.#semaphore.acquire(this.#timeout))) throw busy()
    try {
      // The store may have gone down while this call waited for its slot.
      return this.#health.mayAsk ? await this.#try(call, deadline, onLate) : undefined
    } finally {
      this.#semaphore.release()
    }
  }

  async #try<Value>(call: Call<Value>, deadline: number, onLate: OnLate<Value>): Promise<Value | undefined> {
    const first = this.#health.begin()
    for (let last = first; ; last = this.#health.sent())
      try {
        return await this.#answerOf(call(), deadline, onLate)
      } catch (error) {
        if (last === first && isRefusal(last, error)) await wait(retryPause)
        else if (this.#health.failed(first, last, error)) return undefined
        else throw busy()
      }
  }

  async #answerOf<Value>(answer: Promise<Value>, deadline: number, onLate: OnLate<Value>): Promise<Value> {
    let isLate = false
    const answered = answer.then(async (value) => {
      this.#health.answered()
      if (isLate) await onLate(value)
      return value
    })
    answered.catch(() => {})
    const { promise, cancel } = rejectAt(deadline, this.#timeout)
    promise.catch(() => {
      isLate = true
    })
    return Promise.race([answered, promise]).finally(cancel)
  }
}

/**
 * Rejects at the deadline, after reading what has arrived by then: in a busy process timers fire before sockets are
 * read.
 */
function rejectAt(deadline: number, timeout: number): { promise: Promise<never>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined
  const promise = new Promise<never>((_, reject) => {
    const error = new Unanswered(`The limiter store did not respond within ${timeout / 1000} seconds`)
    timer = setTimeout(() => setImmediate(reject, error), deadline - performance.now())
  })
  return { promise, cancel: () => clearTimeout(timer) }
}

function busy(): RateLimitError {
  return new RateLimitError(
    "The limiter store is too slow at the moment. Try again in a few seconds.",
    busyFor,
  )
}
