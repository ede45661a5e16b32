import { OAuthAccountNotLinked } from "@auth/core/errors"
import { callCore } from "../../engine/call-core.js"
import type { LinkIntent } from "../../engine/link-intent.js"
import type { SignInAttempt } from "../../engine/sign-in-attempt.js"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import { noticeLink } from "../../notices/notice-sign-in.js"
import { toFailure } from "../../replies/failure.js"
import { toFailureResponse } from "../../replies/failure-response.js"
import { personOf } from "../../replies/person-of.js"
import { toRedirect } from "../../replies/responses.js"
import { noteSignIn } from "../../replies/trace-sign-in.js"
import { readSession } from "../../session/get-session.js"
import { identifySession } from "../../session/identify-session.js"
import { isRevoked, revocationKeys } from "../../session/revocation.js"
import { claimsOf, startedAt } from "../../session/session-claims.js"
import type { SessionReading } from "../../session/session-reading.js"
import { findRow } from "../../session/session-row.js"
import type { ActiveSession } from "../../session/to-session.js"
import { dropDestination } from "../destination.js"

/**
 * Finishes a flow that links an account. Passes the browser's session to core, but only if it started the flow. The
 * session continues unchanged; the one that core returns is discarded.
 */
export async function finishLink(attempt: SignInAttempt, link: LinkIntent): Promise<Response> {
  const { context, destination, request } = attempt
  try {
    const { sealed, requireLive } = await requireLinkingSession(context, link)
    const cookies = { ...request.cookies, [context.cookies.sessionToken.name]: sealed }
    const live = { ...attempt, requireLive, request: { ...request, cookies } }
    const { redirect, signedIn } = await callCore(live, "callback")
    if (context.config.notices) noticeLink(context, attempt.provider, signedIn)
    return toRedirect(context, redirect ?? destination, dropDestination(context))
  } catch (error) {
    return toLinkFailure(attempt, error)
  }
}

/**
 * Returns the session that asked for an account to be linked, and its cookie. Requires that the browser still has it
 * and, with a database, that its user exists.
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

/**
 * Whether a session that this request has read still exists: asks the database or the revocation store again, bypassing
 * the reading that is cached for the request.
 *
 * @throws whatever the adapter or the revocation store throws
 */
async function isLive({ row, token }: SessionReading, config: AuthContext["config"]): Promise<boolean> {
  if (row) {
    const found = await findRow(row.sessionToken, config)
    return found?.user.id === row.userId && found.session.expires.getTime() > Date.now()
  }
  if (!token) return false
  const claims = claimsOf(token)
  const keys = revocationKeys(claims.sid, token.sub, claims.idp_session)
  return !(await isRevoked(keys, startedAt(claims), config))
}

function sessionChanged(): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_LINK",
    "This browser's session is not the one that started linking the account, so nothing was linked.",
    { status: 403 },
  )
}

/**
 * Requires that a verify function which links accounts itself returned the user who is signed in. Any other user
 * already has the account.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LINKED_ELSEWHERE` (409)
 */
export function requireOwnUser(found: string | undefined, { userId }: LinkIntent): void {
  if (found !== userId) throw takenError()
}

/** Responds with the error page: from the sign-in page, the next attempt would create a second user. */
export function toLinkFailure(attempt: SignInAttempt, error: unknown): Response {
  const { context, destination, provider } = attempt
  if (error instanceof ExpressAuthError && error.code === "ERR_AUTH_SESSION") throw error
  if (toFailure(error).code === "access_denied") {
    const response = toRedirect(context, destination, dropDestination(context))
    return noteSignIn(response, () => ({ outcome: "cancelled" }))
  }
  return toFailureResponse(context, error instanceof OAuthAccountNotLinked ? takenError(error) : error, {
    ...{ destination, provider: provider.id, person: personOf(attempt) },
    page: "error",
  })
}

function takenError(cause?: OAuthAccountNotLinked): ExpressAuthError {
  const message = "The account belongs to another user, so it was not linked."
  return new ExpressAuthError("ERR_AUTH_LINKED_ELSEWHERE", message, { status: 409, cause })
}
