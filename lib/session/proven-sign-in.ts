import type { Account } from "@auth/core/types"
import { claimsOfIdToken } from "./provider-session-of.js"

/** Seconds from the sign-in at the provider to ours: consent takes some, and clocks differ. */
const onTheWay = 120
const clockSkew = 60

/**
 * Whether an OpenID provider says that the person signed in there just now (`auth_time`), rather than that it has known
 * them for long. The id_token is the one core has checked.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDToken
 */
export function isProvenBy(account: Account | null | undefined): boolean {
  if (account?.type !== "oidc") return false
  const signedInAt = claimsOfIdToken(account.id_token)?.auth_time
  if (typeof signedInAt !== "number") return false
  const age = Date.now() / 1000 - signedInAt
  return age <= onTheWay && age >= -clockSkew
}
