import { customFetch } from "@auth/core"
import { endpointUrl, requestOf } from "../config/merge-provider.js"
import { type OAuthProvider, resolveDefinition } from "../config/resolve-providers.js"
import { boundProfile, boundRequest } from "./bounded-requests.js"
import { knownFaults } from "./known-faults.js"
import { createProviderFetch, guardRequest } from "./provider-fetch.js"
import { requestUserinfo } from "./request-userinfo.js"

type Profile = NonNullable<OAuthProvider["profile"]>

const prepared = new WeakMap<OAuthProvider, OAuthProvider>()

/**
 * Returns a provider that core can work with: known faults corrected, endpoints complete, and every request made with
 * our bounded `fetch`. The app's own options always win. Done once per provider, so that its `fetch` keeps discovery
 * documents as long as the configuration lives. Read-only.
 */
export function prepareProvider(provider: OAuthProvider): OAuthProvider {
  const known = prepared.get(provider)
  if (known) return known
  const created = prepare(provider)
  prepared.set(provider, created)
  return created
}

function prepare(provider: OAuthProvider): OAuthProvider {
  const { definition } = provider
  const merged = resolveDefinition(Object.assign({ ...definition }, knownFaults[definition.id]?.(provider)))
  discoverMissingEndpoints(merged)
  const { userinfo } = merged
  if (typeof userinfo === "object" && requestOf(userinfo))
    merged.userinfo = { ...userinfo, request: guardRequest(merged, boundRequest(merged, userinfo.request)) }
  merged.profile = withAccountId(merged)
  merged[customFetch] = createProviderFetch(merged)
  return merged
}

/**
 * Core reads the discovery document only if neither `token` nor `userinfo` has a URL, and never takes the userinfo URL
 * of a plain OAuth provider from it. An OpenID provider needs no userinfo endpoint if its id_token identifies the user.
 */
function discoverMissingEndpoints(provider: OAuthProvider): void {
  if (!provider.issuer || requestOf(provider.userinfo)) return
  const token = endpointUrl(provider.token)
  const userinfo = endpointUrl(provider.userinfo)
  if (provider.type === "oauth") {
    if (!userinfo || !token) provider.userinfo = { request: requestUserinfo(userinfo) }
  } else if (!token && userinfo && provider.idToken !== false) delete provider.userinfo
}

/**
 * Returns the account's id as a string. For a profile without an id, such as an error sent with status 200, core
 * invents one: a new user at every sign-in. An object, or a number that JavaScript has rounded, would give several
 * users the same id.
 */
function withAccountId(provider: OAuthProvider): Profile {
  const own = boundProfile(provider, provider.profile)
  return async (claims, tokens) => {
    const user = own ? await own(claims, tokens) : defaultUser(claims)
    const id = user.id ?? claims.sub ?? claims.id
    if (isAccountId(id)) return { ...user, id: String(id) }
    throw new TypeError(
      `The profile of provider "${provider.id}" has no id (or the string "undefined"), or one that is neither text nor a safe integer. ` +
        "Return the account's id from `profile()`.",
    )
  }
}

/** The strings to which `String(id)` converts a missing or wrong id. Every user would share one account. */
const missingIds = new Set(["", "undefined", "null", "NaN", "[object Object]"])

/** Whether a value can identify one account: a bigint, a safe integer, or a string other than a converted missing id. */
export function isAccountId(id: unknown): boolean {
  return typeof id === "string" ? !missingIds.has(id) : typeof id === "bigint" || Number.isSafeInteger(id)
}

/** Reads the claims that core's own default reads. */
function defaultUser(claims: Parameters<Profile>[0]): Awaited<ReturnType<Profile>> {
  return {
    id: claims.sub ?? claims.id,
    name: claims.name ?? claims.nickname ?? claims.preferred_username,
    email: claims.email,
    image: claims.picture,
  }
}
