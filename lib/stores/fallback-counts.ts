import type { Limit, LimitAnswer } from "./limiter-store.js"
import { LimitCounts } from "./memory-limiter.js"

const roomy: LimitAnswer = { allowed: true, retryAfter: 0 }

/** Counts of this process alone, which take over while the shared store is down. */
export class FallbackCounts {
  /** Every attempt that this process counted, and the keys that the store refused. */
  readonly #all = new LimitCounts()
  /** Attempts counted during an outage, which the store does not know yet. */
  readonly #unshared = new LimitCounts()

  /** Records an answer of the store. */
  note(key: string, limit: Limit, { allowed, retryAfter }: LimitAnswer): void {
    if (allowed) this.#all.take(key, limit)
    else this.#all.exhaust(key, limit, retryAfter)
  }

  /**
   * Counts one attempt without the store.
   *
   * @param share the number of attempts this process may allow during the outage
   */
  take(key: string, limit: Limit, share: number): LimitAnswer {
    const answer = this.peek(key, limit, share)
    if (!answer.allowed) return answer
    this.#unshared.take(key, limit)
    return this.#all.take(key, limit)
  }

  /** Returns what `take` would, without counting. */
  peek(key: string, limit: Limit, share: number): LimitAnswer {
    const answers = [this.#all.peek(key, limit), this.#unshared.peek(key, { limit: share })]
    return answers.find(({ allowed }) => !allowed) ?? roomy
  }

  /**
   * Refunds one attempt.
   *
   * @returns whether the store counted the attempt too
   */
  giveBack(key: string): boolean {
    this.#all.giveBack(key)
    return !this.share(key)
  }

  /**
   * Removes one attempt from those that the store does not know, because the store is about to count it.
   *
   * @returns whether there was such an attempt
   */
  share(key: string): boolean {
    const isUnshared = !this.#unshared.peek(key, { limit: 1 }).allowed
    this.#unshared.giveBack(key)
    return isUnshared
  }

  /** Reverts `share` when the store did not count the attempt. */
  keep(key: string, limit: Limit): void {
    this.#unshared.take(key, limit)
  }
}
