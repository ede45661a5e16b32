import type { OAuthProvider } from "../config/resolve-providers.js"
import type { Fetch } from "../http/bound-fetch.js"
import { isDiscoveryUrl, readJsonObject } from "./discovery.js"

type Joint = (next: Fetch, provider: OAuthProvider) => Fetch

/**
 * Changes to the requests of single providers. Auth.js makes them in a `customFetch` that replaces the app's; here they
 * are made on top of the app's. Apple needs none beyond what `createProviderFetch` adds for every provider.
 */
const joints: Readonly<Record<string, Joint>> = {
  apple: (next) => next,
  "azure-ad": fillTenant,
  "azure-devops": sendAssertion,
  "microsoft-entra-id": fillTenant,
  tiktok: addClientKey,
}

/** Returns what wraps a provider's `fetch`, or `undefined` for a provider that needs no changes. */
export function requestQuirk(provider: OAuthProvider): ((next: Fetch) => Fetch) | undefined {
  const joint = joints[provider.definition.id]
  return joint && ((next) => joint(next, provider))
}

/**
 * Replaces the placeholder in the issuer of Entra's shared tenants:
 * `https://login.microsoftonline.com/{tenantid}/v2.0`.
 */
function fillTenant(next: Fetch): Fetch {
  return async (input, init) => {
    const response = await next(input, init)
    const url = new URL(input instanceof Request ? input.url : input)
    if (!isDiscoveryUrl(url) || !response.ok) return response
    const document = readJsonObject(await response.clone().text())
    const tenant = url.pathname.split("/")[1] ?? "common"
    if (typeof document?.issuer !== "string") return response
    return Response.json({ ...document, issuer: document.issuer.replace("{tenantid}", tenant) })
  }
}

/** TikTok calls the client id `client_key`. */
function addClientKey(next: Fetch, provider: OAuthProvider): Fetch {
  return (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    if (!pathname.endsWith("/token/") || !(init?.body instanceof URLSearchParams)) return next(input, init)
    const body = new URLSearchParams(init.body)
    body.set("client_key", String(provider.clientId))
    return next(input, { ...init, body })
  }
}

/** Azure DevOps wants the code as an assertion, and the client's secret as another. */
function sendAssertion(next: Fetch, provider: OAuthProvider): Fetch {
  return (input, init) => {
    if (!(init?.body instanceof URLSearchParams)) return next(input, init)
    const body = new URLSearchParams({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: String(provider.clientSecret),
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: init.body.get("code") ?? "",
      redirect_uri: init.body.get("redirect_uri") ?? "",
    })
    return next(input, { ...init, headers: { accept: "application/json" }, body })
  }
}
