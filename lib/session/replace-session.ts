import type { Cookie } from "../http/cookies.js"
import { endOrLog, forgetFormerLogin } from "./end-session.js"
import { type IssuedSession, pickSessionCookies, replaceSessionCookie } from "./session-cookie.js"
import type { SessionContext } from "./session-reading.js"

/**
 * Replaces the browser's session, which an attacker may have planted, by the one that core has started, if it has.
 *
 * @param set what core set; cookies other than those of a session are left out
 * @returns the cookies that store the new session and remove the earlier one
 */
export async function replaceSession(
  context: SessionContext,
  set: IssuedSession,
): Promise<{ cookies: Cookie[]; isSignedIn: boolean }> {
  const { req, cookies: definitions } = context
  const cookies = pickSessionCookies(set.cookies, definitions.sessionToken)
  const isSignedIn = cookies.some(({ value }) => value !== "")
  if (isSignedIn) {
    forgetFormerLogin(context)
    await endOrLog(context)
  }
  return { cookies: replaceSessionCookie(req, definitions.sessionToken, { ...set, cookies }), isSignedIn }
}
