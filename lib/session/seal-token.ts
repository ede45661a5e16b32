import type { JWT } from "@auth/core/jwt"
import { sessionCodecOf } from "./codec/session-codec.js"
import { recordSession } from "./record-session.js"
import { isRemembered, timesOf } from "./remember-me.js"
import { claimsOf, rememberedOf } from "./session-claims.js"
import { checkSize, type SealedToken } from "./session-cookie.js"
import type { SessionContext } from "./session-reading.js"

/**
 * Seals a token for its cookie, at sign-in and on renewal, and records the session in a store that lists sessions.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (500) if the token is too long
 */
export async function sealToken(token: JWT, context: SessionContext): Promise<SealedToken> {
  const { config, cookies } = context
  const remembered = isRemembered(rememberedOf(token), config)
  const maxAge = lifetimeOf(token, config)
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
  const remembered = isRemembered(rememberedOf(token), config)
  const maxAge = remembered ? (jwt.maxAge ?? session.maxAge) : timesOf(remembered, config).maxAge
  if (session.absoluteMaxAge === undefined) return maxAge
  const left = claimsOf(token).auth_time + session.absoluteMaxAge - Date.now() / 1000
  return Math.max(1, Math.min(maxAge, Math.floor(left)))
}
