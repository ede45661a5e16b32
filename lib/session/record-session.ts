import type { JWT } from "@auth/core/jwt"
import { begunAt, claimsOf } from "./session-claims.js"
import type { SessionContext } from "./session-reading.js"

/**
 * Tells a store that keeps sessions of this one and its last use: at sign-in and at each renewal. A list that is not up
 * to date is no reason to turn anybody away.
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
      createdAt: begunAt(claims),
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
