import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import { requireCsrfToken, requireOwnPost } from "../http/csrf.js"
import { readBody } from "../http/read-body.js"
import { endSession, type SignOutMessage } from "../session/end-session.js"
import { forgetSession } from "../session/get-session.js"
import { clearSessionCookie } from "../session/session-cookie.js"
import { destinationOf, forgetDestination } from "./destination.js"
import { toRedirect } from "./reply.js"
import { toFailureResponse } from "./to-failure-response.js"

export interface SignOutOptions {
  /** Where to go afterwards. @default "/" */
  redirectTo?: string
  /** Ends all sessions of the user, on every device. Needs a revocation store, or an adapter that can do it. */
  everywhere?: boolean
}

/** Ends the session from a POST handler of the app's own, and answers the request. */
export async function signOutFromApp(
  context: AuthContext,
  { redirectTo, everywhere }: SignOutOptions = {},
): Promise<Response> {
  requireOwnPost(context)
  const asked = redirectTo === undefined ? {} : { callbackUrl: redirectTo }
  return leave(context, await destinationOf(context, asked), everywhere)
}

/** `POST /auth/signout` */
export async function postSignOut(context: AuthContext): Promise<Response> {
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  return leave(context, await destinationOf(context, body))
}

/** Ends the session and sends the visitor on. Where its row cannot be deleted the cookie goes all the same, with an error. */
async function leave(context: AuthContext, destination: string, everywhere = false): Promise<Response> {
  const { req, config, cookies } = context
  const cleared: Cookie[] = [...clearSessionCookie(req, cookies.sessionToken), ...forgetDestination(context)]
  forgetSession(req, config)
  try {
    const message = await endSession(context, { everywhere })
    if (message) await emit(config, message)
  } catch (cause) {
    const message = "The session could not be ended on the server; its cookie was removed from this browser."
    return toFailureResponse(
      context,
      new ExpressAuthError("ERR_AUTH_SIGN_OUT", message, { status: 503, cause }),
      { cookies: cleared },
    )
  }
  return toRedirect(context, destination, cleared)
}

/** As in core, a listener that fails is logged and changes nothing. */
async function emit({ events, logger }: AuthContext["config"], message: SignOutMessage): Promise<void> {
  try {
    await events.signOut?.(message)
  } catch (error) {
    logger.error(error)
  }
}
