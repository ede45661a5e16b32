import { findNameFields } from "../config/credentials-fields.js"
import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import type { Body } from "../http/read-body.js"
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
  return limitSignIns(context, { provider: provider.id, names: namesIn(body, fields ?? {}), isOurFault }, run)
}

/** Returns the names in a form, from every field that may hold one: `authorize` may read any of them. */
function namesIn(body: Body, fields: Parameters<typeof findNameFields>[0]): string[] {
  return findNameFields(fields)
    .flatMap((field) => (Object.hasOwn(body, field) ? body[field] : []))
    .map((value) => String(value ?? ""))
    .filter((text) => text !== "")
}

function isOurFault(error: unknown): boolean {
  return toFailure(error).status === 503
}
