/** Milliseconds without calls after an outage starts; then one request probes whether the store is back. */
const probePause = 5000
/** A call that fails within this many milliseconds was refused; one that takes longer timed out. */
const refusalTime = 1000

/** Why a store is down: it refuses calls, as without a connection, or does not respond. */
export type Down = "refused" | "silent"

/** The moment at which a call was made. */
export interface Sent {
  /** By `performance.now()`. */
  readonly at: number
  /** The number of calls answered before it. */
  readonly answers: number
}

/**
 * A circuit breaker that tells a store that is down from one that is slow.
 *
 * The store is down when it refuses a call at once, such as after a lost connection, or when it has answered no call
 * for `silence` milliseconds. In both cases no other call may have been answered in the meantime: a store under load is
 * slow, but keeps answering some calls.
 */
export class StoreHealth {
  readonly #silence: number
  readonly #onFailure: (error: unknown, down: Down) => void
  #answers = 0
  #silentSince: number | undefined
  #down: Down | undefined
  #isProbing = false
  #probeAt = Number.NEGATIVE_INFINITY

  /**
   * @param silence milliseconds without any answer until the store counts as down
   * @param onFailure called with the error that starts an outage, and its kind
   */
  constructor(silence: number, onFailure: (error: unknown, down: Down) => void) {
    this.#silence = silence
    this.#onFailure = onFailure
  }

  /** Why the store is down; `undefined` while it is up. */
  get down(): Down | undefined {
    return this.#down
  }

  /** Whether the store may be called: always while it is up, by one probe at a time while it is down. */
  get mayAsk(): boolean {
    return this.#down === undefined || (!this.#isProbing && performance.now() >= this.#probeAt)
  }

  /** Starts a call. Report its outcome with {@link answered} or {@link failed}. */
  begin(): Sent {
    this.#isProbing = this.#down !== undefined
    return this.sent()
  }

  /** Starts another attempt of the same call. */
  sent(): Sent {
    return { at: performance.now(), answers: this.#answers }
  }

  /** Records that a call was answered: the store is up. */
  answered(): void {
    this.#answers++
    this.#silentSince = undefined
    this.#down = undefined
    this.#isProbing = false
  }

  /**
   * Records that a call failed.
   *
   * @param first the first attempt of the call
   * @param last its last attempt
   * @returns whether the store is down, rather than slow
   */
  failed(first: Sent, last: Sent, error: unknown): boolean {
    const now = performance.now()
    this.#isProbing = false
    this.#probeAt = now + probePause
    const down = isRefusal(last, error) ? "refused" : "silent"
    if (this.#down) this.#down = down
    if (this.#down) return true
    if (this.#answers > first.answers) return false
    this.#silentSince = Math.min(this.#silentSince ?? first.at, first.at)
    if (down === "silent" && now - this.#silentSince < this.#silence) return false
    this.#down = down
    this.#onFailure(error, down)
    return true
  }

  /** Starts an outage that other calls to the same store have shown. The next probe can end it. */
  assumeDown(down: Down): void {
    this.#down = down
    this.#probeAt = performance.now() + probePause
  }
}

/** The store did not respond before the deadline. */
export class Unanswered extends Error {}

/** Whether a call failed at once, such as after a lost connection, and not because a short timeout of the store ended. */
export function isRefusal({ at }: Sent, error: unknown): boolean {
  return !(error instanceof Unanswered || isTimeout(error)) && performance.now() - at < refusalTime
}

/** Whether an error names a timeout, as those of our database, of drivers, pools and Redis clients do. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && /time(d )?-?out/i.test(`${error.name} ${error.message}`)
}
