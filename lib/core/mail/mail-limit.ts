import type { ResolvedConfig } from "../../config/resolve-config.js"
import { type Bucket, giveBack, take } from "../limit/bucket.js"
import { foldIdentifier } from "../limit/fold-identifier.js"

/** A mail is a nuisance to whom it belongs, and five guesses at its code: an address gets so many at once, and in a day. */
function bucketsOf(address: string): readonly [Bucket, Bucket] {
  const of = [foldIdentifier(address)]
  return [
    { name: "mail", of },
    { name: "mailPerDay", of },
  ]
}

/** @returns whether another mail may go to the address; it is counted then */
export async function takeMail(address: string, config: ResolvedConfig): Promise<boolean> {
  const [soon, inTheLongRun] = bucketsOf(address)
  if (!(await take(soon, config)).allowed) return false
  return (await take(inTheLongRun, config)).allowed
}

/** The mail that was counted could not be sent. */
export async function giveMailBack(address: string, config: ResolvedConfig): Promise<void> {
  for (const bucket of bucketsOf(address)) await giveBack(bucket, config)
}
