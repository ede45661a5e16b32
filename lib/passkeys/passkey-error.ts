import { WebAuthnVerificationError } from "@auth/core/errors"
import { causeOf } from "../config/logger.js"

/** Why a passkey did not do, as the `code` beside `error=WebAuthnVerificationError` says it. */
export type PasskeyReason =
  | "expired"
  | "unknown"
  | "registered"
  | "session_changed"
  | "origin"
  | "rp_id"
  | "counter"
  | "user_verification"

/** A passkey that was refused, for a reason that people are told. */
export class PasskeyError extends WebAuthnVerificationError {
  readonly reason: PasskeyReason

  constructor(reason: PasskeyReason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** The words of `@simplewebauthn/server` for what it checks (Web Authentication Level 2, sections 7.1 and 7.2). */
const WORDS: readonly [words: RegExp, reason: PasskeyReason][] = [
  [/response origin/, "origin"],
  [/RP ID/, "rp_id"],
  [/response challenge/, "expired"],
  [/user could not be verified/, "user_verification"],
  [/counter value/, "counter"],
]

/** Core wraps what was thrown beneath it, once or twice. */
export function passkeyReasonOf(error: unknown): PasskeyReason | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = causeOf(one), depth++) {
    if (one instanceof PasskeyError) return one.reason
    const { message } = one
    if (error instanceof WebAuthnVerificationError) {
      const found = WORDS.find(([words]) => words.test(message))
      if (found) return found[1]
    }
  }
  return undefined
}
