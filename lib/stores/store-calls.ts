import { setTimeout as wait } from "node:timers/promises"
import { RateLimitError } from "../errors.js"
import { Semaphore } from "./semaphore.js"
import { type Down, isRefusal, StoreHealth, Unanswered } from "./store-health.js"

/** Calls to the store at once: a burst of requests must not take all the connections it shares with the app. */
const places = 8
/** Milliseconds before a call that was refused is made again, once. */
const retryPause = 100
/** Seconds after which a request may come back for which the store had no time. */
const busyFor = 5

type Call<Value> = () => Promise<Value>
type OnLate<Value> = (value: Value) => unknown

/** Calls a store that may be slow or down, a few calls at once. */
export class StoreCalls {
  readonly #health: StoreHealth
  readonly #semaphore = new Semaphore(places)
  readonly #patience: number

  /**
   * @param patience milliseconds a request waits for an answer, its turn included
   * @param onFailure is told of the failure that begins an outage
   */
  constructor(patience: number, onFailure: (error: unknown) => void) {
    this.#patience = patience
    this.#health = new StoreHealth(0.9 * patience, onFailure)
  }

  /** Why the store is down, where it is. */
  get down(): Down | undefined {
    return this.#health.down
  }

  /**
   * @param onLate is given an answer that comes after this has thrown, or returned `undefined`
   * @returns `undefined` where the store is down
   * @throws {RateLimitError} where it is slow, and has not answered in time
   */
  async make<Value>(call: Call<Value>, onLate: OnLate<Value> = () => {}): Promise<Value | undefined> {
    const deadline = performance.now() + this.#patience
    if (!this.#health.mayAsk) return undefined
    if (!(await this.#semaphore.acquire(this.#patience))) throw busy()
    try {
      // It may have gone down while this call waited.
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
    const { promise, cancel } = lateness(deadline, this.#patience)
    promise.catch(() => {
      isLate = true
    })
    return Promise.race([answered, promise]).finally(cancel)
  }
}

/** Rejects in time, but reads first what has arrived already: a busy process sees its timers before its sockets. */
function lateness(deadline: number, patience: number): { promise: Promise<never>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined
  const promise = new Promise<never>((_, reject) => {
    const error = new Unanswered(`The limiter did not answer within ${patience / 1000} seconds`)
    timer = setTimeout(() => setImmediate(reject, error), deadline - performance.now())
  })
  return { promise, cancel: () => clearTimeout(timer) }
}

function busy(): RateLimitError {
  return new RateLimitError("The limiter is too slow at the moment. Try again in a few seconds.", busyFor)
}
