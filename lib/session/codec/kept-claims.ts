import type { JWT } from "@auth/core/jwt"
import { rememberedOf } from "../session-claims.js"

/**
 * What the session of a decrypted token is made of, where no callback has a say: only texts and numbers, so that
 * nothing made from it can be changed for another request.
 */
export interface KeptClaims {
  readonly iat: number
  readonly exp: number
  /** `exp` as sessions write it. */
  readonly expires: string
  readonly auth_remembered: boolean
  readonly user: Readonly<Record<"name" | "email" | "image", string | null> & { id: string }>
}

/** @returns `undefined` for a token with other than everyday claims: it has to be parsed for every request. */
export function keepClaims(token: JWT): KeptClaims | undefined {
  const { iat, exp, nbf, sub, name, email, picture } = token
  if (typeof iat !== "number" || typeof exp !== "number" || nbf !== undefined) return
  if (typeof sub !== "string" || ![name, email, picture].every(isText)) return
  const user = { id: sub, name: name ?? null, email: email ?? null, image: picture ?? null }
  const expires = new Date(exp * 1000).toISOString()
  return { iat, exp, expires, auth_remembered: rememberedOf(token), user }
}

function isText(value: unknown): boolean {
  return typeof value === "string" || value === null || value === undefined
}
