import { FallbackCounts } from "./fallback-counts.js"
import type { Limit, LimitAnswer, LimiterStore } from "./limiter-store.js"
import { StoreCalls } from "./store-calls.js"

/** A limiter that keeps working while its store is slow or down. */
export interface ResilientLimiter extends Required<LimiterStore> {
  /** @throws {RateLimitError} when the store does not answer in time */
  take(key: string, limit: Limit): Promise<LimitAnswer>
  /** @throws {RateLimitError} when the store does not answer in time */
  peek(key: string, limit: Limit): Promise<LimitAnswer>
  /** Refunds one attempt. Never rejects. */
  giveBack(key: string): Promise<void>
}

const roomy: LimitAnswer = { allowed: true, retryAfter: 0 }

/** Options of `resilientLimiter`. */
export interface ResilientLimiterOptions {
  /** Called with the error that starts an outage. */
  readonly onFailure: (error: unknown) => void
  /** Counts of this process, which take over during an outage. @default new, empty counts */
  readonly fallback?: FallbackCounts
  /** Milliseconds to wait for the store. @default 10000 */
  readonly timeout?: number
}

/**
 * Keeps a shared limiter working through outages of its store, without loosening a limit under load.
 *
 * A slow store is waited for, up to ten seconds; then the request is refused, never let through, because an attacker
 * can cause load. Only when the store is down does this process decide alone. It continues from what it has counted and
 * seen refused so far, and reports what it counted meanwhile once the store is back. While the store refuses
 * connections, each process allows the whole limit. While the store is silent, which is hard to tell from slow, each
 * process allows a tenth, so that ten processes together allow what the store would.
 */
export function resilientLimiter(
  store: LimiterStore,
  { onFailure, fallback = new FallbackCounts(), timeout = 10_000 }: ResilientLimiterOptions,
): ResilientLimiter {
  const calls = new StoreCalls(timeout, onFailure)
  const shareOf = ({ limit }: Limit) =>
    (calls.down("write") ?? calls.down("read")) === "silent" ? Math.max(1, Math.floor(limit / 10)) : limit

  /** Ignores failures: an attempt that stays counted is no reason to fail a sign-in. */
  async function undo(call: () => Promise<void>): Promise<void> {
    await calls.make("write", call).catch(() => {})
  }

  /** Reports to the store what this process counted during the outage. */
  async function share(key: string, limit: Limit): Promise<void> {
    while (!calls.down("write") && fallback.share(key)) {
      const answer = await calls.make("write", async () => store.take(key, limit))
      if (answer?.allowed) continue
      fallback.keep(key, limit)
      return
    }
  }

  return {
    async take(key, limit) {
      await share(key, limit)
      let isAllowed = false
      const onLate = (late: LimitAnswer) =>
        late.allowed && !isAllowed && undo(async () => store.giveBack(key))
      const answer = await calls.make("write", async () => store.take(key, limit), onLate)
      if (answer) fallback.note(key, limit, answer)
      const decision = answer ?? fallback.take(key, limit, shareOf(limit))
      isAllowed = decision.allowed
      return decision
    },
    async peek(key, limit) {
      const answer = store.peek && (await calls.make("read", async () => store.peek?.(key, limit)))
      if (answer && !answer.allowed) {
        fallback.note(key, limit, answer)
        return answer
      }
      // While writes fail, the store lacks what this process counts. A probe that is due must reach `take`, which writes.
      const isComplete = calls.mayAsk("write") && (answer || !store.peek)
      return isComplete ? roomy : fallback.peek(key, limit, shareOf(limit))
    },
    async giveBack(key) {
      if (fallback.giveBack(key)) await undo(async () => store.giveBack(key))
    },
  }
}
