import type { Limit, LimitAnswer, LimiterStore } from "../config/limiter-store.js"
import { LimitCounts } from "./limit-counts.js"
import { PatientCalls } from "./patient-calls.js"

/** A limiter that answers whatever becomes of its store. */
export interface SteadyLimiter extends Required<LimiterStore> {
  /** @throws {RateLimitError} where the store is too slow to tell */
  take(key: string, limit: Limit): Promise<LimitAnswer>
  /** @throws {RateLimitError} where the store is too slow to tell */
  peek(key: string, limit: Limit): Promise<LimitAnswer>
  giveBack(key: string): Promise<void>
  forget(key: string): Promise<void>
}

const roomy: LimitAnswer = { allowed: true, retryAfter: 0 }

/** What one process has counted itself, for when its store is down. */
export class OwnCounts {
  /** All of it, and what the store has refused. */
  readonly all = new LimitCounts()
  /** What was counted while the store was down, which it must not be asked to give back. */
  readonly unshared = new LimitCounts()

  /** Notes what the store has answered. */
  note(key: string, limit: Limit, { allowed, retryAfter }: LimitAnswer): void {
    if (allowed) this.all.take(key, limit)
    else this.all.exhaust(key, limit, retryAfter)
  }

  /** Counts one more without the store. */
  take(key: string, limit: Limit): LimitAnswer {
    const answer = this.all.take(key, limit)
    if (answer.allowed) this.unshared.take(key, limit)
    return answer
  }

  /** @returns whether the store had counted it, too */
  giveBack(key: string): boolean {
    const isShared = this.unshared.peek(key, { limit: 1 }).allowed
    this.unshared.giveBack(key)
    this.all.giveBack(key)
    return isShared
  }

  forget(key: string): void {
    this.unshared.forget(key)
    this.all.forget(key)
  }
}

export interface SteadyOptions {
  /** Is told of the failure that begins an outage. */
  readonly onFailure: (error: unknown) => void
  /** @default none so far */
  readonly own?: OwnCounts
  /** Milliseconds a request waits for the store. @default 10 000 */
  readonly patience?: number
}

/**
 * Lets a shared limiter bear outages without loosening a limit under load.
 *
 * A store that is slow is waited for, up to ten seconds. A request for which it has no time is refused, never let through:
 * load is something an attacker can cause. Only a store that is down is done without. This process then goes on from what
 * it has counted and seen refused so far, which it notes all the time.
 */
export function steadyLimiter(
  store: LimiterStore,
  { onFailure, own = new OwnCounts(), patience = 10_000 }: SteadyOptions,
): SteadyLimiter {
  const calls = new PatientCalls(patience, onFailure)

  /** What cannot be undone stays counted: that is no reason to fail a sign-in. */
  async function undo(call: () => Promise<void>): Promise<void> {
    await calls.make(call).catch(() => {})
  }

  return {
    async take(key, limit) {
      let isTried = false
      const onLate = (late: LimitAnswer) => late.allowed && !isTried && undo(async () => store.giveBack(key))
      const answer = await calls.make(async () => store.take(key, limit), onLate)
      if (answer) own.note(key, limit, answer)
      const given = answer ?? own.take(key, limit)
      isTried = given.allowed
      return given
    },
    async peek(key, limit) {
      if (!store.peek) return calls.isDown ? own.all.peek(key, limit) : roomy
      const answer = await calls.make(async () => store.peek?.(key, limit))
      if (answer && !answer.allowed) own.note(key, limit, answer)
      return answer ?? own.all.peek(key, limit)
    },
    async giveBack(key) {
      if (own.giveBack(key)) await undo(async () => store.giveBack(key))
    },
    async forget(key) {
      own.forget(key)
      await undo(async () => store.forget(key))
    },
  }
}
