import type { JWT } from "@auth/core/jwt"
import { claimsOf, startedAt } from "./session-claims.js"
import type { SessionContext } from "./session-reading.js"

/**
 * Records a session and its last use in a revocation store that lists sessions, at sign-in and on each renewal. A
 * failure is only logged: an outdated list is no reason to refuse the user.
 *
 * @param expires when the session ends unless it is used
 */
export async function recordSession(
  token: JWT,
  expires: Date,
  { req, config }: Pick<SessionContext, "req" | "config">,
): Promise<void> {
  const { revocation, logger } = config
  if (!revocation?.remember || !token.sub) return
  const claims = claimsOf(token)
  const userAgent = req.headers["user-agent"]?.slice(0, 512)
  try {
    await revocation.remember({
      id: claims.sid,
      userId: token.sub,
      createdAt: startedAt(claims),
      lastUsedAt: new Date(),
      expires,
      ...(userAgent && { userAgent }),
      ...(req.ip && { address: req.ip }),
      ...(claims.idp_session && { providerSession: claims.idp_session }),
    })
  } catch (error) {
    logger.error(error)
  }
}
