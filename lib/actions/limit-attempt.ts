import { readNames } from "../config/credentials-fields.js"
import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import { limitSignIns } from "../limits/sign-in-limit.js"
import { toFailure } from "../replies/failure.js"

/**
 * Runs an attempt to sign in with a form or a passkey, unless too many have failed. Other attempts are not limited:
 * there is nothing to guess.
 *
 * @throws {RateLimitError} before the attempt runs
 */
export function limitAttempt<Value>(attempt: SignInAttempt, run: () => Promise<Value>): Promise<Value> {
  const { context, provider, fields, body } = attempt
  if (!fields && provider.type !== "webauthn") return run()
  return limitSignIns(
    context,
    { provider: provider.id, names: readNames(fields ?? {}, body), isOurFault },
    run,
  )
}

function isOurFault(error: unknown): boolean {
  return toFailure(error).status === 503
}
