import type { AuthContext } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import { requireCsrfToken, requireOwnPost } from "../http/csrf.js"
import { readBody } from "../http/read-body.js"
import { toFailureResponse } from "../replies/failure-response.js"
import { toRedirect } from "../replies/responses.js"
import { clearSessionCookie } from "../session/session-cookie.js"
import { dropDestination, signOutDestinationOf } from "./destination.js"
import { findProviderLogin, toLogoutRedirect } from "./provider-logout.js"
import { stopSession } from "./stop-session.js"

/** Options of `signOut()`. */
export interface SignOutOptions {
  /** Where to redirect afterwards. @default the app's page with the form, else "/" */
  redirectTo?: string
  /** `false` returns an `AuthResult` instead of responding; cookies are set on `res`. @default true */
  redirect?: boolean
  /**
   * Ends all sessions of the user, on every device. Requires a revocation store, or an adapter with
   * `deleteUserSessions`.
   *
   * @default false
   */
  everywhere?: boolean
  /**
   * Also ends the session at the OpenID provider with which the user signed in: the browser is redirected to the
   * provider and comes back by `/auth/signout/callback`, which must be registered there.
   *
   * @default false
   */
  idp?: boolean
}

/** Ends the session from one of the app's own POST handlers. */
export async function signOutFromApp(
  context: AuthContext,
  { redirectTo, ...options }: SignOutOptions = {},
): Promise<Response> {
  await requireOwnPost(context)
  const asked = redirectTo === undefined ? {} : { callbackUrl: redirectTo }
  return leave(context, await signOutDestinationOf(context, asked), options)
}

/** `POST /auth/signout`: ends the session. */
export async function postSignOut(context: AuthContext): Promise<Response> {
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  return leave(context, await signOutDestinationOf(context, body), { idp: String(body.idp) === "true" })
}

/**
 * Ends the session and redirects the visitor, through the provider if requested. If the row cannot be deleted, removes
 * the cookie all the same, and reports the error.
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
  const way = login && (await toLogoutRedirect(context, login, destination))
  return way
    ? toRedirect(context, way.url, [...cleared, ...way.cookies])
    : toRedirect(context, destination, cleared)
}
