import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import { toFailureResponse } from "../../replies/failure-response.js"

/** Whether there is an account page, ours or the app's own. */
export function hasAccountPage({ config }: AuthContext): boolean {
  return config.pages.account !== false
}

/** Returns the path of the account page, ours or the app's own. */
export function pageUrlOf({ basePath, config }: Pick<AuthContext, "basePath" | "config">): string {
  return config.pages.account || `${basePath}/account`
}

/**
 * Asks the visitor to sign in, first or again, and come back.
 *
 * @param destination where to come back to; the account page by default
 */
export function toSignIn(
  context: AuthContext,
  reason: SignInReason,
  destination = new URL(pageUrlOf(context), context.origin).href,
): Response {
  const [code, message] = failures[reason]
  return toFailureResponse(context, new ExpressAuthError(code, message, { status: 401 }), { destination })
}

/** Why the visitor has to sign in. */
export type SignInReason = "SessionRequired" | "FreshSignInRequired" | "UnprovenSignIn"

/** Whether a refusal can be lifted by signing in. */
export function isSignInReason(error: string): error is SignInReason {
  return Object.hasOwn(failures, error)
}

const failures = {
  SessionRequired: ["ERR_AUTH_UNAUTHENTICATED", "Sign in first."],
  FreshSignInRequired: ["ERR_AUTH_REAUTHENTICATE", "This requires a recent sign-in. Sign in again."],
  UnprovenSignIn: [
    "ERR_AUTH_UNPROVEN",
    "The provider did not confirm that it prompted the user. Sign in by mail or with a passkey.",
  ],
} as const

/** Redirects after a form was posted, so that reloading the page posts nothing. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location, "cache-control": "private, no-store" } })
}
