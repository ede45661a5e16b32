import { callCore } from "../engine/call-core.js"
import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import type { AuthContext } from "../http/auth-context.js"
import { resolveDestination } from "../http/safe-redirect.js"
import { SentElsewhere } from "../passkeys/passkey-call.js"
import { toFailedSignIn } from "../replies/failed-sign-in.js"
import { outcomeOf, withOutcome } from "../replies/outcome.js"
import { toRedirect } from "../replies/responses.js"
import { endSession } from "../session/end-session.js"
import { forgetFormerLogin } from "../session/former-login.js"
import { pickSessionCookies, replaceSessionCookie } from "../session/session-cookie.js"
import { finishLink } from "./accounts/finish-link.js"
import { dropDestination } from "./destination.js"
import { limitTries } from "./limit-tries.js"

/**
 * Finishes a sign-in or a link, unless there were too many failed attempts. A failure is reported on a page; the next
 * attempt from there has the same destination.
 */
export async function finishSignIn(attempt: SignInAttempt): Promise<Response> {
  if (attempt.link) return finishLink(attempt, attempt.link)
  try {
    // A strategy's attempt was limited before the strategy checked it.
    if (attempt.strategyUser) return await completeSignIn(attempt)
    return await limitTries(attempt, () => completeSignIn(attempt))
  } catch (error) {
    return error instanceof SentElsewhere
      ? sendElsewhere(attempt.context, error)
      : toFailedSignIn(attempt, error)
  }
}

/** Redirects to the page to which `callbacks.signIn` sent the owner of a passkey. */
export async function sendElsewhere(context: AuthContext, error: SentElsewhere): Promise<Response> {
  const url = await resolveDestination(error.url, context.origin, context.config)
  return toSentElsewhere(toRedirect(context, url))
}

/**
 * Lets core finish a sign-in. Core never sees the browser's session: a sign-in always starts a new one, with a new id,
 * and the old one ends.
 */
async function completeSignIn(attempt: SignInAttempt): Promise<Response> {
  const { context, destination, remembered } = attempt
  const { cookies, redirect, companion } = await callCore(attempt, "callback")
  const { sessionToken } = context.cookies
  const issued = pickSessionCookies(cookies, sessionToken)
  const isSignedIn = issued.some(({ value }) => value !== "")
  if (isSignedIn) await endFormerSession(context)
  const response = toRedirect(context, redirect ?? destination, [
    ...replaceSessionCookie(context.req, sessionToken, { issued, companion, remembered }),
    ...dropDestination(context),
  ])
  return isSignedIn ? response : toSentElsewhere(response)
}

/** Marks a response to a sign-in that `callbacks.signIn` refused by sending the visitor to another page. */
function toSentElsewhere(response: Response): Response {
  const { url } = outcomeOf(response)
  return withOutcome(response, { ok: false, status: 403, url, error: "AccessDenied" })
}

/**
 * Ends the session that the browser had before, which an attacker may have planted. If that fails, for example because
 * the adapter throws for a missing row, the new session stands: a stale cookie must not lock the user out.
 */
async function endFormerSession(context: AuthContext): Promise<void> {
  forgetFormerLogin(context)
  try {
    await endSession(context)
  } catch (error) {
    context.config.logger.error(error)
  }
}
