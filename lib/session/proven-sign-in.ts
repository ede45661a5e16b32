import type { Account } from "@auth/core/types"
import { claimsOfIdToken } from "./id-token-claims.js"

/** Seconds allowed between the sign-in at the provider and ours, for consent screens and redirects. */
const maxDelay = 120
/** Seconds the provider's clock may be ahead of ours. */
const clockSkew = 60

/**
 * Whether the id_token's `auth_time` shows that the user authenticated at the OpenID provider within the last two
 * minutes, rather than reusing an older session there. Core has already validated the id_token.
 */
export function isProvenBy(account: Account | null | undefined): boolean {
  if (account?.type !== "oidc") return false
  const signedInAt = claimsOfIdToken(account.id_token)?.auth_time
  if (typeof signedInAt !== "number") return false
  const age = Date.now() / 1000 - signedInAt
  return age <= maxDelay && age >= -clockSkew
}
