import type { JWT } from "@auth/core/jwt"

/**
 * The claims from which a cached token's session is built when no callback runs. Only strings, numbers and booleans, so
 * that no request can change them for another.
 */
export interface KeptClaims {
  /** Seconds since 1970. */
  readonly iat: number
  /** Seconds since 1970. */
  readonly exp: number
  /** `exp` in ISO 8601, as in a session's `expires`. */
  readonly expires: string
  /** Whether the session outlives the browser. */
  readonly auth_remembered: boolean
  /** The session's user. */
  readonly user: Readonly<Record<"name" | "email" | "image", string | null> & { id: string }>
}

/**
 * Picks the claims to cache.
 *
 * @returns `undefined` for a token with unusual claims, which has to be parsed for every request
 */
export function keepClaims(token: JWT): KeptClaims | undefined {
  const { iat, exp, nbf, sub, name, email, picture } = token
  if (typeof iat !== "number" || typeof exp !== "number" || nbf !== undefined) return
  if (typeof sub !== "string" || ![name, email, picture].every(isStringOrNullish)) return
  const user = { id: sub, name: name ?? null, email: email ?? null, image: picture ?? null }
  const expires = new Date(exp * 1000).toISOString()
  return { iat, exp, expires, auth_remembered: token.auth_remembered !== false, user }
}

function isStringOrNullish(value: unknown): boolean {
  return typeof value === "string" || value === null || value === undefined
}
