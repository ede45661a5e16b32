import { WebAuthnVerificationError } from "@auth/core/errors"
import { causeOf } from "../config/logger.js"

/** Why a passkey was refused: the `code` beside `error=WebAuthnVerificationError`. */
export type PasskeyReason =
  | "expired"
  | "unknown"
  | "registered"
  | "session_changed"
  | "origin"
  | "rp_id"
  | "counter"
  | "user_verification"

/** A refused passkey, with a reason that the page explains. */
export class PasskeyError extends WebAuthnVerificationError {
  /** The reason, also the `code` in the page's URL. */
  readonly reason: PasskeyReason

  constructor(reason: PasskeyReason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** Messages of `@simplewebauthn/server` by what it checks (Web Authentication Level 2, sections 7.1 and 7.2). */
const MESSAGES: readonly [message: RegExp, reason: PasskeyReason][] = [
  [/response origin/, "origin"],
  [/RP ID/, "rp_id"],
  [/response challenge/, "expired"],
  [/user could not be verified/, "user_verification"],
  [/counter value/, "counter"],
]

/**
 * Returns why a passkey was refused, from an error or its causes: core wraps errors once or twice.
 *
 * @returns `undefined` for any other error
 */
export function passkeyReasonOf(error: unknown): PasskeyReason | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = causeOf(one), depth++) {
    if (one instanceof PasskeyError) return one.reason
    const { message } = one
    if (error instanceof WebAuthnVerificationError) {
      const found = MESSAGES.find(([pattern]) => pattern.test(message))
      if (found) return found[1]
    }
  }
  return undefined
}
