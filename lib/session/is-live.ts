import { isRevoked, revocationKeys } from "./revocation.js"
import { claimsOf, startedAt } from "./session-claims.js"
import type { SessionContext, SessionReading } from "./session-reading.js"

/**
 * Whether a session that this request has read still exists: asks the database or the revocation store again, bypassing
 * the reading that is cached for the request.
 *
 * @throws whatever the adapter or the revocation store throws
 */
export async function isLive(
  { row, token }: SessionReading,
  config: SessionContext["config"],
): Promise<boolean> {
  if (row) {
    const found = await config.adapter?.getSessionAndUser?.(row.sessionToken)
    return found?.user.id === row.userId && found.session.expires.getTime() > Date.now()
  }
  if (!token) return false
  const claims = claimsOf(token)
  const keys = revocationKeys(claims.sid, token.sub, claims.idp_session)
  return !(await isRevoked(keys, startedAt(claims), config))
}
