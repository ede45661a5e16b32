import type { ResolvedConfig } from "../config/resolve-config.js"
import { type Bucket, giveBackAll, takeAll } from "../limits/bucket.js"
import { foldIdentifier } from "../limits/fold-identifier.js"

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
