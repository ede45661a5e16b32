import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import { requireCsrfToken, requireOwnPost } from "../http/csrf.js"
import { readBody } from "../http/read-body.js"
import { forgetSession } from "../session/get-session.js"
import { decodeSession } from "../session/session-codec.js"
import { clearSessionCookie, readSessionCookie } from "../session/session-cookie.js"
import { destinationOf, forgetDestination } from "./destination.js"
import { toRedirect } from "./reply.js"
import { toFailureResponse } from "./to-failure-response.js"

export interface SignOutOptions {
  /** Where to go afterwards. @default "/" */
  redirectTo?: string
}

/** Ends the session from a POST handler of the app's own, and answers the request. */
export async function signOutFromApp(
  context: AuthContext,
  { redirectTo }: SignOutOptions = {},
): Promise<Response> {
  requireOwnPost(context)
  return endSession(
    context,
    await destinationOf(context, redirectTo === undefined ? {} : { callbackUrl: redirectTo }),
  )
}

/** `POST /auth/signout` */
export async function postSignOut(context: AuthContext): Promise<Response> {
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  return endSession(context, await destinationOf(context, body))
}

/** Ends the session and sends the visitor on. Where its row cannot be deleted the cookie goes all the same, with an error. */
export async function endSession(context: AuthContext, destination: string): Promise<Response> {
  const { req, config, cookies } = context
  const cleared: Cookie[] = [...clearSessionCookie(req, cookies.sessionToken), ...forgetDestination(context)]
  forgetSession(req, config)
  try {
    await revoke(context)
  } catch (cause) {
    const message = "The session could not be ended on the server; its cookie was removed from this browser."
    return toFailureResponse(
      context,
      new ExpressAuthError("ERR_AUTH_SIGN_OUT", message, { status: 503, cause }),
      cleared,
    )
  }
  return toRedirect(context, destination, cleared)
}

async function revoke({ req, config, cookies }: AuthContext): Promise<void> {
  const sealed = readSessionCookie(req, cookies.sessionToken)
  if (!sealed) return
  if (config.session.strategy === "database") {
    const session = (await config.adapter?.deleteSession?.(sealed)) ?? null
    return emit(config, { session })
  }
  const decoded = await decodeSession(sealed, cookies.sessionToken.name, config)
  await emit(config, { token: decoded.status === "valid" ? decoded.payload : null })
}

type SignOutMessage = Parameters<NonNullable<AuthContext["config"]["events"]["signOut"]>>[0]

/** As in core, a listener that fails is logged and changes nothing. */
async function emit({ events, logger }: AuthContext["config"], message: SignOutMessage): Promise<void> {
  try {
    await events.signOut?.(message)
  } catch (error) {
    logger.error(error)
  }
}
