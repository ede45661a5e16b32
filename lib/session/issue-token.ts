import type { JWT } from "@auth/core/jwt"
import { sessionCodecOf } from "./codec/session-codec.js"
import { isRemembered, timesOf } from "./remember-me.js"
import { claimsOf, startedAt } from "./session-claims.js"
import { checkSize, type SealedToken } from "./session-cookie.js"
import type { SessionContext } from "./session-reading.js"

/**
 * Seals a token for its cookie, at sign-in and on renewal, and records the session in a store that lists sessions.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (500) if the token is too long
 */
export async function issueToken(token: JWT, context: SessionContext): Promise<SealedToken> {
  const { config, cookies } = context
  const maxAge = lifetimeOf(token, config)
  const remembered = isRemembered(token.auth_remembered, config)
  const expires = new Date(Date.now() + maxAge * 1000)
  const sealed = await sessionCodecOf(config, cookies.sessionToken.name).seal(token, maxAge)
  checkSize(context, sealed)
  await recordSession(token, expires, context)
  return { sealed, expires, remembered }
}

/**
 * Returns how many seconds a token issued now is valid: `maxAge`, but never past the session's absolute lifetime, and
 * at least 1.
 */
export function lifetimeOf(token: JWT, config: SessionContext["config"]): number {
  const { jwt, session } = config
  const remembered = isRemembered(token.auth_remembered, config)
  const maxAge = remembered ? (jwt.maxAge ?? session.maxAge) : timesOf(remembered, config).maxAge
  if (session.absoluteMaxAge === undefined) return maxAge
  const left = claimsOf(token).auth_time + session.absoluteMaxAge - Date.now() / 1000
  return Math.max(1, Math.min(maxAge, Math.floor(left)))
}

/**
 * Records a session and its last use in a revocation store that lists sessions, at sign-in and on each renewal. A
 * failure is only logged: an outdated list is no reason to refuse the user.
 *
 * @param expires when the session ends unless it is used
 */
async function recordSession(
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
