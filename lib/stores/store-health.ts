/** Milliseconds a store that is down is left alone, then one request finds out whether it is back. */
const pause = 5000
/** A call that fails within so many milliseconds was refused; one that takes longer has run into a time-out. */
const refusalTime = 1000

/** A store refuses calls, as without a connection, or says nothing to them. */
export type Down = "refused" | "silent"

/** A call to a store, when it was made. */
export interface Sent {
  readonly at: number
  /** Answers that had come by then. */
  readonly answers: number
}

/**
 * Tells a store that is down from one that is slow.
 *
 * It is down when a call is refused at once, as by a lost connection, or when all calls have been silent for so long; in
 * either case only if no other call was answered meanwhile. Load makes a store slow, but it goes on answering some.
 */
export class StoreHealth {
  readonly #silence: number
  readonly #onFailure: (error: unknown) => void
  #answers = 0
  #silentSince: number | undefined
  #down: Down | undefined
  #isProbed = false
  #probeAt = Number.NEGATIVE_INFINITY

  /**
   * @param silence milliseconds without any answer after which a store is down
   * @param onFailure is told of the failure that begins an outage
   */
  constructor(silence: number, onFailure: (error: unknown) => void) {
    this.#silence = silence
    this.#onFailure = onFailure
  }

  /** Why the store is down, where it is. */
  get down(): Down | undefined {
    return this.#down
  }

  /** Whether the store may be asked: always while it is up, by one request at a time while it is down. */
  get mayAsk(): boolean {
    return this.#down === undefined || (!this.#isProbed && performance.now() >= this.#probeAt)
  }

  /** Begins a call, which has to end in {@link answered} or {@link failed}. */
  begin(): Sent {
    this.#isProbed = this.#down !== undefined
    return this.sent()
  }

  sent(): Sent {
    return { at: performance.now(), answers: this.#answers }
  }

  answered(): void {
    this.#answers++
    this.#silentSince = undefined
    this.#down = undefined
    this.#isProbed = false
  }

  /**
   * @param last the last attempt of the call
   * @returns whether the store is down, rather than slow
   */
  failed(first: Sent, last: Sent, error: unknown): boolean {
    const now = performance.now()
    this.#isProbed = false
    this.#probeAt = now + pause
    const down = isRefusal(last, error) ? "refused" : "silent"
    if (this.#down) this.#down = down
    if (this.#down) return true
    if (this.#answers > first.answers) return false
    this.#silentSince = Math.min(this.#silentSince ?? first.at, first.at)
    if (down === "silent" && now - this.#silentSince < this.#silence) return false
    this.#down = down
    this.#onFailure(error)
    return true
  }
}

/** A store did not answer in the time it was given. */
export class Unanswered extends Error {}

/** Whether a call failed at once, as where a connection was lost. */
export function isRefusal({ at }: Sent, error: unknown): boolean {
  return !(error instanceof Unanswered) && performance.now() - at < refusalTime
}
