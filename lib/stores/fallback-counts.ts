import { LimitCounts } from "./limit-counts.js"
import type { Limit, LimitAnswer } from "./limiter-store.js"

const roomy: LimitAnswer = { allowed: true, retryAfter: 0 }

/** What one process has counted itself, for when its store is down. */
export class FallbackCounts {
  /** All of it, and what the store has refused. */
  readonly #all = new LimitCounts()
  /** What was counted while the store was down, and is not counted there. */
  readonly #unshared = new LimitCounts()

  /** Notes what the store has answered. */
  note(key: string, limit: Limit, { allowed, retryAfter }: LimitAnswer): void {
    if (allowed) this.#all.take(key, limit)
    else this.#all.exhaust(key, limit, retryAfter)
  }

  /**
   * Counts one more without the store.
   *
   * @param share how many may be counted so
   */
  take(key: string, limit: Limit, share: number): LimitAnswer {
    const answer = this.peek(key, limit, share)
    if (!answer.allowed) return answer
    this.#unshared.take(key, limit)
    return this.#all.take(key, limit)
  }

  /** Says what `take` would. */
  peek(key: string, limit: Limit, share: number): LimitAnswer {
    const answers = [this.#all.peek(key, limit), this.#unshared.peek(key, { limit: share })]
    return answers.find(({ allowed }) => !allowed) ?? roomy
  }

  /** @returns whether the store had counted it, too */
  giveBack(key: string): boolean {
    this.#all.giveBack(key)
    return !this.share(key)
  }

  /** Leaves one that was counted here alone to the store. @returns whether there was one */
  share(key: string): boolean {
    const isUnshared = !this.#unshared.peek(key, { limit: 1 }).allowed
    this.#unshared.giveBack(key)
    return isUnshared
  }

  /** Takes one back that the store did not count after all. */
  keep(key: string, limit: Limit): void {
    this.#unshared.take(key, limit)
  }

  forget(key: string): void {
    this.#unshared.forget(key)
    this.#all.forget(key)
  }
}
