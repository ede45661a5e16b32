import { createRemoteJWKSet, customFetch as joseFetch } from "jose"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import type { Fetch } from "../http/bound-fetch.js"
import { readJsonObject } from "../providers/discovery.js"
import { createProviderFetch } from "../providers/provider-fetch.js"

/** What an OpenID provider's discovery document says about logout. */
export interface LogoutMetadata {
  readonly issuer: string
  /** The keys its tokens are signed with; fetched when needed, kept for ten minutes. */
  readonly keys: ReturnType<typeof createRemoteJWKSet> | undefined
  readonly endSessionEndpoint: string | undefined
}

/** A provider, and what was made for it: as long as the configuration lives. */
interface Known {
  readonly ask: Fetch
  keys?: { readonly url: string; readonly set: ReturnType<typeof createRemoteJWKSet> }
}

const knownProviders = new WeakMap<OAuthProvider, Known>()

/**
 * Reads a provider's discovery document, by its own or the app's `customFetch`.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER_UNAVAILABLE` (503) where the provider does not answer, or with
 * something else
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export async function logoutMetadataOf(provider: OAuthProvider): Promise<LogoutMetadata> {
  const known = knownProviders.get(provider) ?? { ask: createProviderFetch(provider) }
  knownProviders.set(provider, known)
  const document = await discover(provider, known.ask)
  return {
    issuer: String(document.issuer),
    keys: keysAt(toUrl(document.jwks_uri), known),
    endSessionEndpoint: toUrl(document.end_session_endpoint),
  }
}

async function discover(provider: OAuthProvider, ask: Fetch): Promise<Record<string, unknown>> {
  const issuer = String(provider.issuer).replace(/\/$/, "")
  const response = await ask(`${issuer}/.well-known/openid-configuration`)
  const document = response.status === 200 ? readJsonObject(await response.text()) : undefined
  if (document && sameUrl(document.issuer, issuer)) return document
  throw new ExpressAuthError(
    "ERR_AUTH_PROVIDER_UNAVAILABLE",
    `Provider "${provider.id}" has no discovery document for the issuer ${issuer}: check \`issuer\`.`,
    { status: 503 },
  )
}

/** The set is made anew only where the provider moved it: it knows when to fetch again. */
function keysAt(url: string | undefined, known: Known): LogoutMetadata["keys"] {
  if (url === undefined) return
  if (known.keys?.url !== url)
    known.keys = { url, set: createRemoteJWKSet(new URL(url), { [joseFetch]: known.ask }) }
  return known.keys.set
}

function toUrl(value: unknown): string | undefined {
  return typeof value === "string" && URL.canParse(value) && /^https?:/i.test(value) ? value : undefined
}

/** The trailing slash of an issuer without a path is often forgotten. */
function sameUrl(said: unknown, expected: string): boolean {
  return typeof said === "string" && said.replace(/\/$/, "") === expected
}
