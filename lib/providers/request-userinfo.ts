import { customFetch } from "@auth/core"
import type { OIDCConfigInternal } from "@auth/core/providers"
import type { Profile, TokenSet } from "@auth/core/types"
import { readJsonObject } from "./discovery.js"

/** What core passes to `userinfo.request`. */
export interface UserinfoContext {
  tokens: TokenSet
  provider: OIDCConfigInternal<unknown> & { id: string }
}

/**
 * Creates a `userinfo.request` for providers whose userinfo endpoint core does not find.
 *
 * @param address the endpoint's URL; discovered if `undefined`
 */
export function requestUserinfo(address: string | undefined): (context: UserinfoContext) => Promise<Profile> {
  return async (context) => {
    const url = address ?? (await discoverAddress(context))
    return askWithToken(context, url, { headers: { accept: "application/json" } })
  }
}

/**
 * Requests a URL with the access token, through the provider's bounded `fetch`.
 *
 * @throws {Error} for any response but a JSON object with a 2xx status
 */
export async function askWithToken(
  { tokens, provider }: UserinfoContext,
  url: string | URL,
  init: RequestInit = {},
): Promise<Profile> {
  const headers = { authorization: `Bearer ${tokens.access_token}`, ...init.headers }
  return readProfile(provider.id, await fetchOf(provider)(url, { ...init, headers }))
}

/**
 * Reads a profile.
 *
 * @throws {Error} for any response but JSON with a 2xx status
 */
export async function readProfile(id: string, response: Response): Promise<Profile> {
  if (response.ok) return response.json()
  throw new Error(`The userinfo endpoint of provider "${id}" responded ${response.status}; expected 200.`)
}

/** Returns the `fetch` of a provider: ours, if core got the provider from us. */
export function fetchOf(provider: UserinfoContext["provider"]): typeof fetch {
  return provider[customFetch] ?? fetch
}

async function discoverAddress({ provider }: UserinfoContext): Promise<string> {
  const issuer = String(provider.issuer)
  const response = await fetchOf(provider)(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`)
  const address = readJsonObject(await response.text())?.userinfo_endpoint
  if (typeof address === "string") return address
  throw new TypeError(`The discovery document of ${issuer} has no userinfo endpoint.`)
}
