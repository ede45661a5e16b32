import { type OAuthProvider, providerSetting } from "../config/resolve-providers.js"
import { readJsonObject } from "./discovery.js"

/**
 * Puts right what providers get wrong in the answer of their token endpoint (RFC 6749, section 5.1) and core refuses:
 * no `token_type`, `scope` as a list, members that are `null` where they should be missing.
 *
 * @returns the text as it came, where it holds no token
 */
export function conformTokens(text: string, provider: OAuthProvider): string {
  const tokens = readJsonObject(text)
  if (typeof tokens?.access_token !== "string" || tokens.access_token === "") return text
  const { token_type: type, scope, ...rest } = withoutEmpty(tokens)
  if (rest.id_token !== undefined && isNobodys(provider)) delete rest.id_token
  return JSON.stringify({
    ...rest,
    token_type: typeof type !== "string" || type === "jwt-bearer" ? "bearer" : type,
    ...(scope !== undefined && { scope: Array.isArray(scope) ? scope.join(" ") : scope }),
  })
}

function withoutEmpty(tokens: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(tokens).filter(([, value]) => value !== null && value !== ""))
}

/** Nobody reads the id_token of a plain OAuth provider, yet core refuses one of an issuer it was not told. */
function isNobodys(provider: OAuthProvider): boolean {
  return provider.type === "oauth" && providerSetting(provider, "issuer") === undefined
}
