import type { Profile as Member } from "@auth/core/types"
import { endpointUrl, isPlainObject } from "../config/merge-provider.js"
import type { OAuthDefinition, OAuthProvider } from "../config/resolve-providers.js"
import { askWithToken, type UserinfoContext } from "./request-userinfo.js"

type Mend = (provider: OAuthProvider) => Partial<OAuthDefinition>
type Profile = NonNullable<OAuthProvider["profile"]>
type Claims = Parameters<Profile>[0]

/**
 * What single providers of Auth.js get wrong about the service they are for, and what it should be. Defaults only: the
 * app's own options win. docs/reference/providers.md gives the reasons.
 */
export const knownFaults: Readonly<Record<string, Mend>> = {
  asgardeo: discoverAtWellKnown,
  "azure-devops": () => ({ token: "https://app.vssps.visualstudio.com/oauth2/token" }),
  bungie: (provider) => ({ userinfo: { request: requestBungieAccount(provider) } }),
  "click-up": () => ({ profile: toClickUpUser }),
  dribbble: (provider) => ({
    authorization: withParams(provider.definition.authorization, { scope: "public" }),
  }),
  mailru: () => ({ profile: toMailruUser }),
  onelogin: discoverAtWellKnown,
  reddit: () => ({ profile: toRedditUser }),
  threads: () => ({ profile: toThreadsUser }),
  tiktok: (provider) => ({
    authorization: withParams(provider.definition.authorization, { client_key: provider.clientId }),
  }),
  wechat: mendWeChat,
}

/** Adds parameters where the provider has no value of its own. */
function withParams(endpoint: unknown, params: Record<string, unknown>) {
  const { url = endpointUrl(endpoint), ...rest } = isPlainObject(endpoint) ? endpoint : {}
  const given = isPlainObject(rest.params) ? Object.entries(rest.params) : []
  const defined = Object.fromEntries(given.filter(([, value]) => value !== undefined))
  return { ...rest, url: String(url), params: { ...params, ...defined } }
}

/** The issuer of these services is a path below what Auth.js takes as the issuer, and core ignores `wellKnown`. */
function discoverAtWellKnown({ issuer: given, definition }: OAuthProvider): Partial<OAuthDefinition> {
  const issuer = String(given).replace(/\/$/, "")
  const [server = ""] = String(definition.wellKnown).split("/.well-known/")
  const path = server.slice(String(given).length)
  const whole = issuer.endsWith(path) ? issuer : `${issuer}${path.startsWith("/") ? "" : "/"}${path}`
  return {
    issuer: whole,
    wellKnown: `${whole}/.well-known/openid-configuration`,
    options: { ...definition.options, issuer: whole },
  }
}

/** The URL contains the member's id, which comes with the token; the service also requires the app's key. */
function requestBungieAccount(provider: OAuthProvider): (context: UserinfoContext) => Promise<Member> {
  const { definition, apiKey: key = "" }: OAuthProvider & { apiKey?: string } = provider
  const address = String(definition.userinfo)
  return (context) => {
    const member = encodeURIComponent(String(context.tokens.membership_id))
    return askWithToken(context, address.replace("{membershipId}", member), {
      headers: { "x-api-key": String(key) },
    })
  }
}

function toClickUpUser({ user }: Claims) {
  return { id: String(user.id), name: user.username, email: user.email, image: user.profilePicture }
}

function toMailruUser({ id, name, email, image }: Claims) {
  return { id, name, email, image }
}

/** Reddit escapes its JSON for HTML. */
function toRedditUser({ id, name, icon_img: icon }: Claims) {
  return { id, name, email: null, image: icon ? String(icon).replaceAll("&amp;", "&") : null }
}

/** Reads the profile itself; Auth.js expects it in `data`. */
function toThreadsUser({ id, username: name, threads_profile_picture_url: image }: Claims) {
  return { id, name, email: null, image }
}

/** WeChat's own browser requires the fragment; not every app has union ids. */
function mendWeChat({ definition, clientId, clientSecret }: OAuthProvider): Partial<OAuthDefinition> {
  const { profile } = definition
  const authorization = withParams(definition.authorization, { appid: clientId })
  return {
    authorization: { ...authorization, url: `${authorization.url}#wechat_redirect` },
    token: withParams(definition.token, { appid: clientId, secret: clientSecret }),
    profile: async (claims, tokens) => ({
      ...(await profile?.(claims, tokens)),
      id: claims.unionid ?? claims.openid,
    }),
  }
}
