import { OAuthAccountNotLinked } from "@auth/core/errors"
import type { ResolvedProvider } from "../../config/resolve-providers.js"
import { callCore } from "../../engine/call-core.js"
import type { LinkIntent } from "../../engine/link-intent.js"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import { toFailure } from "../../replies/failure.js"
import { toFailureResponse } from "../../replies/failure-response.js"
import { toRedirect } from "../../replies/responses.js"
import { readSession } from "../../session/get-session.js"
import { identifySession } from "../../session/identify-session.js"
import { isLive } from "../../session/is-live.js"
import type { SessionReading } from "../../session/session-reading.js"
import type { ActiveSession } from "../../session/to-session.js"
import { dropDestination } from "../destination.js"
import type { SignIn } from "../finish-sign-in.js"

interface LinkFlow extends SignIn {
  link: LinkIntent
}

/**
 * Finishes a flow that was started to link an account. Only here core sees the session the browser has, and only if it
 * is the one that asked. That session goes on as it is: what core makes of it is dropped.
 */
export async function finishLink(
  context: AuthContext,
  provider: ResolvedProvider,
  { link, method = "POST", cookies, ...call }: LinkFlow,
): Promise<Response> {
  try {
    const { sealed, requireLive } = await requireLinkingSession(context, link)
    const { redirect = call.destination } = await callCore(context, {
      ...{ action: "callback", provider: provider.id, method, ...call },
      cookies: { ...cookies, [context.cookies.sessionToken.name]: sealed },
      link: { ...link, requireLive },
    })
    return toRedirect(context, redirect, dropDestination(context))
  } catch (error) {
    return toLinkFailure(context, error, call.destination)
  }
}

/**
 * The session that asked for an account to be linked, if it is still the one this browser has, and its cookie. Without a
 * database the app alone knows its users.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LINK` (403)
 */
export async function requireLinkingSession(
  { req, config }: AuthContext,
  { userId, session: id }: LinkIntent,
): Promise<{ session: ActiveSession; sealed: string; requireLive: () => Promise<void> }> {
  const reading = await readSession(req, config)
  const { session, sealed } = reading
  const identity = identifySession(reading)
  const isSame = identity?.userId === userId && identity.id === id
  const isKnown = isSame && (!config.adapter || (await config.adapter.getUser?.(userId)))
  if (!session || !sealed || !isKnown) throw sessionChanged()
  return { session, sealed, requireLive: () => requireLive(reading, config) }
}

/**
 * Requires that the session has not ended since this request read it.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LINK` (403)
 */
export async function requireLive(reading: SessionReading, config: AuthContext["config"]): Promise<void> {
  if (!(await isLive(reading, config))) throw sessionChanged()
}

function sessionChanged(): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_LINK",
    "The session that asked for this account to be linked is not the one this browser has, so nothing was linked.",
    { status: 403 },
  )
}

/**
 * Where the users are the app's own, its verify function links the account. That it returned the user who is signed in
 * shows that it did; any other user already has this account.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LINKED_ELSEWHERE` (409)
 */
export function requireOwnUser(found: string, { userId }: LinkIntent): void {
  if (found !== userId) throw takenError()
}

/** Whoever is signed in must not be led to the sign-in page, where the next try makes a second user of them. */
export function toLinkFailure(context: AuthContext, error: unknown, destination: string): Response {
  if (error instanceof ExpressAuthError && error.code === "ERR_AUTH_SESSION") throw error
  if (toFailure(error).code === "access_denied")
    return toRedirect(context, destination, dropDestination(context))
  return toFailureResponse(context, error instanceof OAuthAccountNotLinked ? takenError(error) : error, {
    destination,
    page: "error",
  })
}

function takenError(cause?: OAuthAccountNotLinked): ExpressAuthError {
  const message = "The account belongs to another user, so it was not linked."
  return new ExpressAuthError("ERR_AUTH_LINKED_ELSEWHERE", message, { status: 409, cause })
}
