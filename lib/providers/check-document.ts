import type { OAuthProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"

type Document = Readonly<Record<string, unknown>>

/** The URLs in a discovery document that browsers are sent to, or that we request. */
const endpoints = [
  "authorization_endpoint",
  "token_endpoint",
  "userinfo_endpoint",
  "jwks_uri",
  "end_session_endpoint",
] as const

/**
 * Checks the endpoints of a discovery document. They may be on other hosts than the issuer, as Google's are, but must
 * be `https:`, or `http:` for an `http:` issuer: a `javascript:` URL would run in our pages, and `http:` would send the
 * client's secret unencrypted. Removes unsigned tokens (`alg: "none"`) from the algorithms that the provider supports.
 *
 * @param asked the URL of the document
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER_CLIENT` (500)
 */
export function checkDocument(provider: OAuthProvider, document: Document, asked: URL): Document {
  const schemes = asked.protocol === "http:" ? ["http:", "https:"] : ["https:"]
  for (const name of endpoints) {
    const address = document[name]
    if (address && !isAddress(address, schemes)) throw untrusted(provider, name, schemes)
  }
  return Object.fromEntries(Object.entries(document).map(withoutNone))
}

function isAddress(value: unknown, schemes: readonly string[]): boolean {
  return typeof value === "string" && URL.canParse(value) && schemes.includes(new URL(value).protocol)
}

function withoutNone([name, value]: [string, unknown]): [string, unknown] {
  const isList = name.endsWith("_signing_alg_values_supported") && Array.isArray(value)
  return [name, isList ? value.filter((algorithm) => String(algorithm).toLowerCase() !== "none") : value]
}

function untrusted(provider: OAuthProvider, name: string, schemes: readonly string[]): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_PROVIDER_CLIENT",
    `The discovery document of provider "${provider.id}" has a \`${name}\` that is not an ${schemes.join(" or ")} ` +
      "address. Correct the provider, or set `authorization`, `token` and `userinfo` yourself.",
    { status: 500 },
  )
}
