import { createHash } from "node:crypto"
import type { JWT } from "@auth/core/jwt"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import type { DecodedToken } from "./token-codec.js"

type Tenanted = Pick<ResolvedConfig, "tenant">

/** The tenant as tokens name it that are not made with its own key: signed ones, and those of the user's `jwt.encode`. */
export function tenantClaim({ tenant }: Tenanted): string | undefined {
  return tenant && createHash("sha256").update(tenant.id).digest("base64url").slice(0, 22)
}

/** A token that says for which tenant it is; as it was where there is none. */
export function withTenant(token: JWT, config: Tenanted): JWT {
  const claim = tenantClaim(config)
  return claim === undefined ? token : { ...token, auth_tenant: claim }
}

/** A token of another tenant is that of a key we do not have: nobody is signed in by it, and its cookie stays. */
export function requireTenant(decoded: DecodedToken, config: Tenanted): DecodedToken {
  if (decoded.status !== "valid" || decoded.payload.auth_tenant === tenantClaim(config)) return decoded
  return { status: "unknown-key" }
}
