import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import { RateLimitError } from "../errors.js"
import type { Cookie } from "../http/cookies.js"
import { toFailureResponse } from "./failure-response.js"
import { toLimitedResponse } from "./limited-response.js"
import { personOf } from "./person-of.js"
import { keepSubmittedValues } from "./submitted-values.js"

/**
 * Responds to a sign-in that failed. The sign-in page that reports it keeps what the visitor typed, and the
 * destination.
 *
 * @param cookies set on the response, except where there were too many attempts
 */
export function toFailedSignIn(
  attempt: SignInAttempt,
  error: unknown,
  cookies: readonly Cookie[] = [],
): Response {
  if (error instanceof RateLimitError) return toLimitedResponse(attempt, error)
  const { context, destination, provider } = attempt
  const typed = keepSubmittedValues(attempt, error)
  return toFailureResponse(context, error, {
    ...{ destination, provider: provider.id, person: personOf(attempt) },
    cookies: [...cookies, ...typed],
  })
}
