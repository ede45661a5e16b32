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

/** Whether a call changes the store. A read-only replica, or a server out of memory, answers reads and refuses writes. */
export type CallKind = "read" | "write"

/**
 * Calls a store that may be slow or down: few calls at once, each with a deadline. Reads and writes have separate health,
 * so that answered reads do not hide refused writes, and only a write ends an outage of writes.
 */
export class StoreCalls {
  readonly #health: Readonly<Record<CallKind, StoreHealth>>
  readonly #semaphore = new Semaphore(maxConcurrent)
  readonly #timeout: number
  readonly #name: string

  /**
   * @param timeout milliseconds until a call must be answered, including the wait for a free slot
   * @param onFailure called with the error that starts an outage
   * @param name the store's, for messages
   */
  constructor(timeout: number, onFailure: (error: unknown) => void, name = "limiter") {
    this.#timeout = timeout
    this.#name = name
    const silence = 0.9 * timeout
    const write = new StoreHealth(silence, (error) => read.down || onFailure(error))
    const read = new StoreHealth(silence, (error, down) => {
      if (write.down) return
      onFailure(error)
      // Otherwise the same request would wait a second time, for its first write.
      write.assumeDown(down)
    })
    this.#health = { read, write }
  }

  /** Why calls of this kind fail; `undefined` while the store answers them. */
  down(kind: CallKind): Down | undefined {
    return this.#health[kind].down
  }

  /** Whether calls of this kind may be made now: while the store answers them, or as a probe. */
  mayAsk(kind: CallKind): boolean {
    return this.#health[kind].mayAsk
  }

  /**
   * Makes one call.
   *
   * @param onLate called with an answer that arrives after this method has thrown or returned `undefined`
   * @returns `undefined` when the store is down for calls of this kind
   * @throws {RateLimitError} when the store is up but does not answer in time
   */
  async make<Value>(
    kind: CallKind,
    call: Call<Value>,
    onLate: OnLate<Value> = () => {},
  ): Promise<Value | undefined> {
    const deadline = performance.now() + this.#timeout
    const health = this.#health[kind]
    if (!health.mayAsk) return undefined
    if (!(await this.#semaphore.acquire(this.#timeout))) throw this.#busy()
    try {
      // The store may have gone down while this call waited for its slot.
      if (!health.mayAsk) return undefined
      return await this.#try(health, () => this.#answerOf(health, call(), { deadline, onLate }))
    } finally {
      this.#semaphore.release()
    }
  }

  async #try<Value>(health: StoreHealth, attempt: Call<Value>): Promise<Value | undefined> {
    const first = health.begin()
    for (let last = first; ; last = health.sent())
      try {
        return await attempt()
      } catch (error) {
        if (last === first && isRefusal(last, error)) await wait(retryPause)
        else if (health.failed(first, last, error)) return undefined
        else throw this.#busy()
      }
  }

  async #answerOf<Value>(
    health: StoreHealth,
    answer: Promise<Value>,
    { deadline, onLate }: { readonly deadline: number; readonly onLate: OnLate<Value> },
  ): Promise<Value> {
    let isLate = false
    const answered = answer.then(async (value) => {
      health.answered()
      if (isLate) await onLate(value)
      return value
    })
    answered.catch(() => {})
    const { promise, cancel } = this.#rejectAt(deadline)
    promise.catch(() => {
      isLate = true
    })
    return Promise.race([answered, promise]).finally(cancel)
  }

  /**
   * Rejects at the deadline, after reading what has arrived by then: in a busy process timers fire before sockets are
   * read.
   */
  #rejectAt(deadline: number): { promise: Promise<never>; cancel: () => void } {
    let timer: NodeJS.Timeout | undefined
    const promise = new Promise<never>((_, reject) => {
      const error = new Unanswered(
        `The ${this.#name} store did not respond within ${this.#timeout / 1000} seconds`,
      )
      timer = setTimeout(() => setImmediate(reject, error), deadline - performance.now())
    })
    return { promise, cancel: () => clearTimeout(timer) }
  }

  #busy(): RateLimitError {
    return new RateLimitError(
      `The ${this.#name} store is too slow at the moment. Try again in a few seconds.`,
      busyFor,
    )
  }
}
