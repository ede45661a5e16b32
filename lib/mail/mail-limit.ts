import type { ResolvedConfig } from "../config/resolve-config.js"
import { type Bucket, giveBackAll, takeAll } from "../limits/bucket.js"
import { foldIdentifier } from "../limits/fold-identifier.js"

/** A mail is a nuisance to whom it belongs, and five guesses at its code: an address gets so many at once, and in a day. */
function bucketsOf(address: string): readonly Bucket[] {
  const of = [foldIdentifier(address)]
  return [
    { name: "mail", of },
    { name: "mailPerDay", of },
  ]
}

/**
 * @returns whether another mail may go to the address; it is counted then
 * @throws {RateLimitError} where the limiter is too slow to tell
 */
export async function takeMail(address: string, config: ResolvedConfig): Promise<boolean> {
  return (await takeAll(bucketsOf(address), config)) === undefined
}

/** The mail that was counted could not be sent. */
export async function giveMailBack(address: string, config: ResolvedConfig): Promise<void> {
  await giveBackAll(bucketsOf(address), config)
}
