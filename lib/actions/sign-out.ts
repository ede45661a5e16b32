import type { AuthContext } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import { requireCsrfToken, requireOwnPost } from "../http/csrf.js"
import { readBody } from "../http/read-body.js"
import { toFailureResponse } from "../replies/failure-response.js"
import { toRedirect } from "../replies/responses.js"
import { clearSessionCookie } from "../session/session-cookie.js"
import { dropDestination, signOutDestinationOf } from "./destination.js"
import { findProviderLogin, leaveByProvider } from "./provider-logout.js"
import { stopSession } from "./stop-session.js"

export interface SignOutOptions {
  /** Where to go afterwards. @default the page of the app that the form is on, else "/" */
  redirectTo?: string
  /** `false` returns an `AuthResult` instead of answering the request; cookies are set on `res`. @default true */
  redirect?: boolean
  /** Ends all sessions of the user, on every device. Needs a revocation store, or an adapter that can do it. */
  everywhere?: boolean
  /**
   * Ends the session at the OpenID provider too, where it was begun there: the browser goes to the provider and comes
   * back by way of `/auth/signout/callback`, which has to be registered there.
   */
  idp?: boolean
}

/** Ends the session from a POST handler of the app's own, and answers the request. */
export async function signOutFromApp(
  context: AuthContext,
  { redirectTo, ...options }: SignOutOptions = {},
): Promise<Response> {
  await requireOwnPost(context)
  const asked = redirectTo === undefined ? {} : { callbackUrl: redirectTo }
  return leave(context, await signOutDestinationOf(context, asked), options)
}

/** `POST /auth/signout` */
export async function postSignOut(context: AuthContext): Promise<Response> {
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  return leave(context, await signOutDestinationOf(context, body), { idp: String(body.idp) === "true" })
}

/**
 * Ends the session and sends the visitor on, by way of the provider where asked. Where its row cannot be deleted the
 * cookie goes all the same, with an error.
 */
async function leave(
  context: AuthContext,
  destination: string,
  { everywhere = false, idp = false }: Omit<SignOutOptions, "redirectTo">,
): Promise<Response> {
  const { req, cookies } = context
  const login = idp ? await findProviderLogin(context) : undefined
  const cleared: Cookie[] = [...clearSessionCookie(req, cookies.sessionToken), ...dropDestination(context)]
  try {
    await stopSession(context, { everywhere })
  } catch (error) {
    return toFailureResponse(context, error, { cookies: cleared })
  }
  const way = login && (await leaveByProvider(context, login, destination))
  return way
    ? toRedirect(context, way.url, [...cleared, ...way.cookies])
    : toRedirect(context, destination, cleared)
}
