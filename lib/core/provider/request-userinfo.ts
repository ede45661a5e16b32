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
  return async ({ tokens, provider }) => {
    const ask = provider[customFetch] ?? fetch
    const url = address ?? (await discoverAddress(ask, String(provider.issuer)))
    const response = await ask(url, {
      headers: { accept: "application/json", authorization: `Bearer ${tokens.access_token}` },
    })
    if (response.ok) return response.json()
    throw new Error(
      `The userinfo endpoint of provider "${provider.id}" answered ${response.status}, not 200.`,
    )
  }
}

async function discoverAddress(ask: typeof fetch, issuer: string): Promise<string> {
  const response = await ask(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`)
  const address = readJsonObject(await response.text())?.userinfo_endpoint
  if (typeof address === "string") return address
  throw new TypeError(`The discovery document of ${issuer} names no userinfo endpoint.`)
}
