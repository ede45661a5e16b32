import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import { readSession } from "../../session/get-session.js"
import { identifySession, type SessionIdentity } from "../../session/identify-session.js"

/** Seconds since the sign-in within which a person may change how they sign in, unless the app says otherwise. */
const usualMaxAge = 10 * 60

/**
 * The session of somebody who has shown lately who they are. A browser left open must not be enough to give somebody
 * else a way in.
 *
 * @param maxAge seconds
 * @throws {ExpressAuthError} `ERR_AUTH_UNAUTHENTICATED` (401), `ERR_AUTH_REAUTHENTICATE` (401), `ERR_AUTH_SESSION` (503)
 */
export async function requireRecentSession(
  { req, config }: Pick<AuthContext, "req" | "config">,
  maxAge: number = usualMaxAge,
): Promise<SessionIdentity> {
  const identity = identifySession(await readSession(req, config))
  if (!identity) throw new ExpressAuthError("ERR_AUTH_UNAUTHENTICATED", "Sign in first.", { status: 401 })
  if (Date.now() - identity.begunAt.getTime() <= maxAge * 1000) return identity
  throw new ExpressAuthError(
    "ERR_AUTH_REAUTHENTICATE",
    `This needs a sign-in of the last ${maxAge} seconds. Sign in again.`,
    { status: 401 },
  )
}
