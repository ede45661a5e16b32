import type { Account } from "@auth/core/types"
import { decodeJwt, type JWTPayload } from "jose"
import { type ProviderSession, toProviderSession } from "./provider-session.js"

/**
 * Returns the OpenID provider's session that a sign-in belongs to, from the `sid` of the id_token.
 *
 * @returns `undefined` for accounts of other types
 */
export function providerSessionOf(account: Account | null | undefined): ProviderSession | undefined {
  if (account?.type !== "oidc") return
  return toProviderSession(account.provider, claimsOfIdToken(account.id_token)?.sid)
}

/**
 * Decodes the claims of an id_token without verifying it.
 *
 * @returns `undefined` if the value is not a JWT
 */
export function claimsOfIdToken(idToken: unknown): JWTPayload | undefined {
  try {
    return typeof idToken === "string" ? decodeJwt(idToken) : undefined
  } catch {
    return undefined
  }
}
