import type { LimiterStore } from "../config/limiter-store.js"
import { memoryLimiter } from "./memory-limiter.js"

/** Milliseconds a store has for an answer. */
const patience = 2000
/** Milliseconds a store that failed is left alone, so that not every sign-in waits for it. */
const pause = 5000

/**
 * A limiter that counts in this process while its store fails: an outage neither lets everybody try without end nor locks
 * everybody out.
 *
 * @param onFailure is told of each failure that begins such a time
 */
export function steadyLimiter(store: LimiterStore, onFailure: (error: unknown) => void): LimiterStore {
  const own = memoryLimiter()
  let resting = Number.NEGATIVE_INFINITY

  async function ask<Value>(call: (limiter: LimiterStore) => Value | Promise<Value>): Promise<Value> {
    if (performance.now() < resting) return call(own)
    try {
      return await inTime(call(store))
    } catch (error) {
      if (performance.now() >= resting) onFailure(error)
      resting = performance.now() + pause
      return call(own)
    }
  }

  return {
    take: (key, limit) => ask((limiter) => limiter.take(key, limit)),
    giveBack: (key) => ask((limiter) => limiter.giveBack(key)),
    forget: (key) => ask((limiter) => limiter.forget(key)),
  }
}

async function inTime<Value>(answer: Value | Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`The limiter did not answer within ${patience / 1000} seconds`)
    timer = setTimeout(reject, patience, error)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
