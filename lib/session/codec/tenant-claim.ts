import { createHash } from "node:crypto"
import type { JWT } from "@auth/core/jwt"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import type { DecodedToken } from "./token-codec.js"

type Tenanted = Pick<ResolvedConfig, "tenant">

/**
 * Returns the claim that names the tenant in tokens whose key is not the tenant's own: signed tokens, and those of the
 * app's `jwt.encode`. It is a hash of the tenant's id; `undefined` without a tenant.
 */
export function tenantClaim({ tenant }: Tenanted): string | undefined {
  return tenant && createHash("sha256").update(tenant.id).digest("base64url").slice(0, 22)
}

/** Adds the tenant's claim to a token; returns it unchanged without a tenant. */
export function withTenant(token: JWT, config: Tenanted): JWT {
  const claim = tenantClaim(config)
  return claim === undefined ? token : { ...token, auth_tenant: claim }
}

/** Treats a token of another tenant like one of an unknown key: the request is anonymous, and the cookie stays. */
export function requireTenant(decoded: DecodedToken, config: Tenanted): DecodedToken {
  if (decoded.status !== "valid" || decoded.payload.auth_tenant === tenantClaim(config)) return decoded
  return { status: "unknown-key" }
}
