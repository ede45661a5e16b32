import { customFetch } from "@auth/core"
import type { OIDCConfigInternal } from "@auth/core/providers"
import type { Profile, TokenSet } from "@auth/core/types"
import { readJsonObject } from "./discovery.js"

/** What core gives to `userinfo.request`. */
export interface UserinfoContext {
  tokens: TokenSet
  provider: OIDCConfigInternal<unknown> & { id: string }
}

/**
 * Reads the profile where core would not find the address.
 *
 * @param address where it is known; else it is discovered
 */
export function requestUserinfo(address: string | undefined): (context: UserinfoContext) => Promise<Profile> {
  return async (context) => {
    const url = address ?? (await discoverAddress(context))
    return askWithToken(context, url, { headers: { accept: "application/json" } })
  }
}

/**
 * Asks one address with the access token, by the provider's bounded `fetch`.
 *
 * @throws {Error} for any answer but a JSON object with a 2xx status
 */
export async function askWithToken(
  { tokens, provider }: UserinfoContext,
  url: string | URL,
  init: RequestInit = {},
): Promise<Profile> {
  const headers = { authorization: `Bearer ${tokens.access_token}`, ...init.headers }
  return readProfile(provider.id, await fetchOf(provider)(url, { ...init, headers }))
}

/** @throws {Error} for any answer but JSON with a 2xx status */
export async function readProfile(id: string, response: Response): Promise<Profile> {
  if (response.ok) return response.json()
  throw new Error(`The userinfo endpoint of provider "${id}" answered ${response.status}, not 200.`)
}

/** Ours, wherever core was given the provider by us. */
export function fetchOf(provider: UserinfoContext["provider"]): typeof fetch {
  return provider[customFetch] ?? fetch
}

async function discoverAddress({ provider }: UserinfoContext): Promise<string> {
  const issuer = String(provider.issuer)
  const response = await fetchOf(provider)(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`)
  const address = readJsonObject(await response.text())?.userinfo_endpoint
  if (typeof address === "string") return address
  throw new TypeError(`The discovery document of ${issuer} names no userinfo endpoint.`)
}
