import { type OAuthProvider, providerId, providerSetting } from "../config/resolve-providers.js"
import { boundProfile, boundRequest } from "./bounded-requests.js"
import { knownFaults } from "./known-faults.js"
import { endpointUrl, mergeEndpoint, requestOf } from "./merge-endpoint.js"
import { guardRequest } from "./provider-fetch.js"
import { requestUserinfo } from "./request-userinfo.js"

type Profile = NonNullable<OAuthProvider["profile"]>

const endpoints = ["authorization", "token", "userinfo"] as const

/** Changes a copy of a provider so that core can work with it; what the app asked for always wins. */
export function mendProvider(provider: OAuthProvider): OAuthProvider {
  Object.assign(provider, knownFaults[provider.id]?.(provider))
  mergeEndpoints(provider)
  discoverMissingEndpoints(provider)
  const { userinfo } = provider
  if (typeof userinfo === "object" && requestOf(userinfo))
    provider.userinfo = {
      ...userinfo,
      request: guardRequest(provider, boundRequest(provider, userinfo.request)),
    }
  return Object.assign(provider, {
    options: { ...provider.options, profile: withAccountId(provider) },
  })
}

/** Core loses a default address when the app passes an object, and a private key among the app's own options. */
function mergeEndpoints(provider: OAuthProvider): void {
  const options = { ...provider.options }
  for (const name of endpoints) {
    const merged = mergeEndpoint(provider[name], options[name])
    if (merged !== undefined) Object.assign(provider, { [name]: merged })
    delete options[name]
  }
  Object.assign(provider, { options })
}

/**
 * Core reads the discovery document where neither token nor userinfo has an address, and never takes a plain OAuth
 * provider's userinfo address from it. An OpenID provider's is of no use where the id_token says who it is.
 */
function discoverMissingEndpoints(provider: OAuthProvider): void {
  if (!providerSetting(provider, "issuer") || requestOf(provider.userinfo)) return
  const token = endpointUrl(provider.token)
  const userinfo = endpointUrl(provider.userinfo)
  if (provider.type === "oauth") {
    if (!userinfo || !token) provider.userinfo = { request: requestUserinfo(userinfo) }
  } else if (!token && userinfo && providerSetting(provider, "idToken") !== false) delete provider.userinfo
}

/**
 * The account's id as text. Core invents one for a profile without an id, such as an error that was answered with 200: at
 * every sign-in somebody else. What is no id of one account alone would make one user of several people: an object, whose
 * text is the same for all, or a number so great that JavaScript rounds it.
 */
function withAccountId(provider: OAuthProvider): Profile {
  const own = boundProfile(provider, providerSetting(provider, "profile") as Profile | undefined)
  return async (claims, tokens) => {
    const user = own ? await own(claims, tokens) : defaultUser(claims)
    const id = user.id ?? claims.sub ?? claims.id
    if (isAccountId(id)) return { ...user, id: String(id) }
    throw new TypeError(
      `The profile of provider "${providerId(provider)}" has no id, or one that is neither text nor a safe integer. ` +
        "Return the account's id from `profile()`.",
    )
  }
}

export function isAccountId(id: unknown): boolean {
  return typeof id === "string" ? id !== "" : typeof id === "bigint" || Number.isSafeInteger(id)
}

/** As core's own. */
function defaultUser(claims: Parameters<Profile>[0]): Awaited<ReturnType<Profile>> {
  return {
    id: claims.sub ?? claims.id,
    name: claims.name ?? claims.nickname ?? claims.preferred_username,
    email: claims.email,
    image: claims.picture,
  }
}
