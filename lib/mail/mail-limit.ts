import type { ResolvedConfig } from "../config/resolve-config.js"
import { type Bucket, giveBackAll, takeAll } from "../limits/bucket.js"
import { foldIdentifier } from "../limits/fold-identifier.js"
import type { Limit } from "../stores/limiter-store.js"

/** Limits mails per address, in bursts and per day: each bothers its owner, and allows five guesses at its code. */
function bucketsOf(address: string): readonly Bucket[] {
  const of = [foldIdentifier(address)]
  return [
    { name: "mail", of },
    { name: "mailPerDay", of },
  ]
}

/**
 * Counts a mail to an address, if its limit allows one more.
 *
 * @returns `false` if the address has had too many mails
 * @throws {RateLimitError} if the limiter does not respond in time
 */
export async function takeMail(address: string, config: ResolvedConfig): Promise<boolean> {
  return (await takeAll(bucketsOf(address), config)) === undefined
}

/** Refunds a mail that could not be sent. */
export async function refundMail(address: string, config: ResolvedConfig): Promise<void> {
  await giveBackAll(bucketsOf(address), config)
}

/**
 * Returns how long a browser has to wait until it can have another mail sent, by its own requests alone: those of other
 * browsers must not be observable.
 *
 * @param requests when it requested mails to one address, in seconds since 1970, in ascending order
 * @returns seconds; 0 if the limits allow another mail
 */
export function waitForMail(requests: readonly number[], { limits }: Pick<ResolvedConfig, "limits">): number {
  const now = Date.now() / 1000
  const waits = [limits.mail, limits.mailPerDay].map((limit) => (limit ? waitFor(requests, limit, now) : 0))
  return Math.max(...waits)
}

/** Counts as the store does: in windows that begin with their first request. */
function waitFor(requests: readonly number[], { limit, window }: Limit, now: number): number {
  let start = Number.NEGATIVE_INFINITY
  let count = 0
  for (const time of [...requests, now]) {
    if (time >= start + window) {
      start = time
      count = 0
    }
    count++
  }
  return count > limit ? Math.ceil(start + window - now) : 0
}
