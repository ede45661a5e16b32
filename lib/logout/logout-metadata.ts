import { createRemoteJWKSet, customFetch as joseFetch } from "jose"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import type { Fetch } from "../http/bound-fetch.js"
import { readJsonObject } from "../providers/discovery.js"
import { createProviderFetch } from "../providers/provider-fetch.js"

/** The parts of an OpenID provider's discovery document that concern logout. */
export interface LogoutMetadata {
  /** The provider's issuer identifier. */
  readonly issuer: string
  /** The provider's signing keys, fetched on demand and cached for ten minutes; absent without a `jwks_uri`. */
  readonly keys: ReturnType<typeof createRemoteJWKSet> | undefined
  /** The URL of its logout endpoint; absent if the provider has none. */
  readonly endSessionEndpoint: string | undefined
}

/** What is cached for a provider, as long as the configuration lives. */
interface ProviderCache {
  readonly fetch: Fetch
  keys?: { readonly url: string; readonly set: ReturnType<typeof createRemoteJWKSet> }
}

const caches = new WeakMap<OAuthProvider, ProviderCache>()

/**
 * Fetches a provider's discovery document with its own or the app's `customFetch`.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER_UNAVAILABLE` (503) if the provider does not respond with a discovery
 * document of its issuer
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export async function logoutMetadataOf(provider: OAuthProvider): Promise<LogoutMetadata> {
  const cached = caches.get(provider) ?? { fetch: createProviderFetch(provider) }
  caches.set(provider, cached)
  const document = await discover(provider, cached.fetch)
  return {
    issuer: String(document.issuer),
    keys: keysAt(toUrl(document.jwks_uri), cached),
    endSessionEndpoint: toUrl(document.end_session_endpoint),
  }
}

async function discover(provider: OAuthProvider, fetch: Fetch): Promise<Record<string, unknown>> {
  const issuer = String(provider.issuer).replace(/\/$/, "")
  const response = await fetch(`${issuer}/.well-known/openid-configuration`)
  const document = response.status === 200 ? readJsonObject(await response.text()) : undefined
  if (document && isSameUrl(document.issuer, issuer)) return document
  throw new ExpressAuthError(
    "ERR_AUTH_PROVIDER_UNAVAILABLE",
    `Provider "${provider.id}" has no discovery document for the issuer ${issuer}: check \`issuer\`.`,
    { status: 503 },
  )
}

/** Creates a new key set only if the URL changed: the set knows when to fetch its keys again. */
function keysAt(url: string | undefined, cached: ProviderCache): LogoutMetadata["keys"] {
  if (url === undefined) return
  if (cached.keys?.url !== url)
    cached.keys = { url, set: createRemoteJWKSet(new URL(url), { [joseFetch]: cached.fetch }) }
  return cached.keys.set
}

function toUrl(value: unknown): string | undefined {
  return typeof value === "string" && URL.canParse(value) && /^https?:/i.test(value) ? value : undefined
}

/** The trailing slash of an issuer without a path is often omitted. */
function isSameUrl(actual: unknown, expected: string): boolean {
  return typeof actual === "string" && actual.replace(/\/$/, "") === expected
}
