import { FallbackCounts } from "./fallback-counts.js"
import type { Limit, LimitAnswer, LimiterStore } from "./limiter-store.js"
import { StoreCalls } from "./store-calls.js"

/** A limiter that answers whatever becomes of its store. */
export interface ResilientLimiter extends Required<LimiterStore> {
  /** @throws {RateLimitError} where the store is too slow to tell */
  take(key: string, limit: Limit): Promise<LimitAnswer>
  /** @throws {RateLimitError} where the store is too slow to tell */
  peek(key: string, limit: Limit): Promise<LimitAnswer>
  giveBack(key: string): Promise<void>
  forget(key: string): Promise<void>
}

const roomy: LimitAnswer = { allowed: true, retryAfter: 0 }

export interface ResilientLimiterOptions {
  /** Is told of the failure that begins an outage. */
  readonly onFailure: (error: unknown) => void
  /** @default none so far */
  readonly fallback?: FallbackCounts
  /** Milliseconds a request waits for the store. @default 10 000 */
  readonly patience?: number
}

/**
 * Lets a shared limiter bear outages without loosening a limit under load.
 *
 * A store that is slow is waited for, up to ten seconds. A request for which it has no time is refused, never let through:
 * load is something an attacker can cause. Only a store that is down is done without. This process then goes on from what
 * it has counted and seen refused so far, which it notes all the time, and tells the store afterwards what it has counted
 * meanwhile. While a store refuses calls, a process may use up each limit. While it says nothing, which is hard to tell from
 * being slow, it is a tenth: ten processes together allow what the store would.
 */
export function resilientLimiter(
  store: LimiterStore,
  { onFailure, fallback = new FallbackCounts(), patience = 10_000 }: ResilientLimiterOptions,
): ResilientLimiter {
  const calls = new StoreCalls(patience, onFailure)
  const shareOf = ({ limit }: Limit) =>
    calls.down === "silent" ? Math.max(1, Math.floor(limit / 10)) : limit

  /** What cannot be undone stays counted: that is no reason to fail a sign-in. */
  async function undo(call: () => Promise<void>): Promise<void> {
    await calls.make(call).catch(() => {})
  }

  /** Tells the store of what was counted while it was dfallback. */
  async function share(key: string, limit: Limit): Promise<void> {
    while (!calls.down && fallback.share(key)) {
      const answer = await calls.make(async () => store.take(key, limit))
      if (answer?.allowed) continue
      fallback.keep(key, limit)
      return
    }
  }

  return {
    async take(key, limit) {
      await share(key, limit)
      let isTried = false
      const onLate = (late: LimitAnswer) => late.allowed && !isTried && undo(async () => store.giveBack(key))
      const answer = await calls.make(async () => store.take(key, limit), onLate)
      if (answer) fallback.note(key, limit, answer)
      const given = answer ?? fallback.take(key, limit, shareOf(limit))
      isTried = given.allowed
      return given
    },
    async peek(key, limit) {
      if (!store.peek) return calls.down ? fallback.peek(key, limit, shareOf(limit)) : roomy
      const answer = await calls.make(async () => store.peek?.(key, limit))
      if (answer && !answer.allowed) fallback.note(key, limit, answer)
      return answer ?? fallback.peek(key, limit, shareOf(limit))
    },
    async giveBack(key) {
      if (fallback.giveBack(key)) await undo(async () => store.giveBack(key))
    },
    async forget(key) {
      fallback.forget(key)
      await undo(async () => store.forget(key))
    },
  }
}
