import type { Profile as Member } from "@auth/core/types"
import { endpointUrl } from "../config/merge-provider.js"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { boundFetch } from "../http/bound-fetch.js"
import { isFromCore } from "./is-from-core.js"
import { baseFetch } from "./provider-fetch.js"
import { askWithToken, fetchOf, readProfile, type UserinfoContext } from "./request-userinfo.js"

type Request = (context: UserinfoContext) => unknown
type Profile = NonNullable<OAuthProvider["profile"]>
type User = Awaited<ReturnType<Profile>>

/** Requests a profile as a provider of core does. `url` is its userinfo endpoint. */
type Ask = (context: UserinfoContext, url: string) => Promise<Member | undefined>

const headers = { "user-agent": "authjs" }

/** Replacements for core's functions that use the global `fetch`: bounded, and with the app's `customFetch`. */
const requests: Readonly<Record<string, Ask>> = {
  "azure-devops": (context, url) => askWithToken(context, url),
  dropbox: (context, url) => askWithToken(context, url, { method: "POST" }),
  facebook: (context, url) => askWithToken(context, url),
  foursquare: (context, url) =>
    askInAddress(context, withQuery(url, { oauth_token: context.tokens.access_token })),
  github: requestGitHubUser,
  hubspot: (context, url) => askInAddress(context, new URL(`${url}/${context.tokens.access_token}`)),
  nextcloud: requestNextcloudUser,
  notion: requestNotionOwner,
  todoist: requestTodoistUser,
  trakt: (context, url) =>
    askWithToken(context, url, {
      headers: { "trakt-api-version": "2", "trakt-api-key": String(context.provider.clientId) },
    }),
  vk: requestVkUser,
  wechat: ({ tokens, provider }, url) =>
    askInAddress(
      { tokens, provider },
      withQuery(url, { access_token: tokens.access_token, openid: tokens.openid, lang: "zh_CN" }),
    ),
}

/** Returns the provider's own function or, if it is one of core's that use the global `fetch`, our replacement. */
export function boundRequest(provider: OAuthProvider, own: Request): Request {
  const { id } = provider.definition
  const ask = Object.hasOwn(requests, id) ? requests[id] : undefined
  if (!ask) return own
  const url = endpointUrl(provider.userinfo) ?? ""
  return async (context) => ((await isFromCore(id, "request", own)) ? ask(context, url) : own(context))
}

/**
 * Returns a provider's `profile`. That of Microsoft Entra ID requests the picture with our `fetch`, not the global one.
 */
export function boundProfile(provider: OAuthProvider, own: Profile | undefined): Profile | undefined {
  const { id: service } = provider.definition
  if (!own || (service !== "microsoft-entra-id" && service !== "azure-ad")) return own
  const ask = boundFetch(baseFetch(provider), { timeout: 5000, maxBytes: 256 * 1024 })
  const { profilePhotoSize: size = 48 }: { id: string; profilePhotoSize?: number } = provider
  const photo = `https://graph.microsoft.com/v1.0/me/photos/${size}x${size}/$value`
  return async (claims, tokens) => {
    if (!(await isFromCore(service, "profile", own))) return own(claims, tokens)
    const { sub: id, name, email } = claims
    return { id, name, email, image: await readPhoto(ask, photo, tokens.access_token) } as User
  }
}

/** Returns `null` if there is no picture: the sign-in does not need it. */
async function readPhoto(ask: typeof fetch, url: string, token: string | undefined): Promise<string | null> {
  try {
    const response = await ask(url, { headers: { authorization: `Bearer ${token}` } })
    if (!response.ok) return null
    return `data:image/jpeg;base64, ${Buffer.from(await response.arrayBuffer()).toString("base64")}`
  } catch {
    return null
  }
}

/** Requests a profile from a service that takes the token in the URL. */
async function askInAddress({ provider }: UserinfoContext, url: URL): Promise<Member> {
  return readProfile(provider.id, await fetchOf(provider)(url))
}

function withQuery(url: string, params: Record<string, unknown>): URL {
  const address = new URL(url)
  for (const [name, value] of Object.entries(params)) address.searchParams.set(name, String(value))
  return address
}

/** @see https://docs.github.com/en/rest/users/emails#list-email-addresses-for-the-authenticated-user */
async function requestGitHubUser(context: UserinfoContext, url: string): Promise<Member> {
  const user = await askWithToken(context, url, { headers })
  if (user.email) return user
  const emails: unknown = await askWithToken(context, `${url}/emails`, { headers }).catch(() => [])
  const known = Array.isArray(emails) ? emails : []
  return { ...user, email: (known.find(({ primary }) => primary) ?? known[0])?.email }
}

async function requestNextcloudUser(context: UserinfoContext, url: string): Promise<Member | undefined> {
  const { tokens } = context
  const answer = await askWithToken(context, `${url}/${tokens.user_id}`, {
    headers: { "ocs-apirequest": "true", accept: "application/json" },
  })
  return (answer.ocs as { data?: Member } | undefined)?.data
}

/** @see https://developers.notion.com/reference/get-self */
async function requestNotionOwner(context: UserinfoContext, url: string): Promise<Member | undefined> {
  const answer = await askWithToken(context, `${url}/me`, { headers: { "notion-version": "2022-06-28" } })
  return (answer.bot as { owner?: { user?: Member } } | undefined)?.owner?.user
}

/** @see https://developer.todoist.com/sync/v9 */
async function requestTodoistUser(context: UserinfoContext): Promise<Member | undefined> {
  const answer = await askWithToken(context, "https://api.todoist.com/sync/v9/sync", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sync_token: "*", resource_types: '["user"]' }),
  })
  return answer.user as Member | undefined
}

async function requestVkUser(context: UserinfoContext, url: string): Promise<Member | undefined> {
  const { response } = (await askWithToken(context, url, { headers })) as { response?: Member[] }
  return response?.[0] && { ...response[0], email: (context.tokens.email as string | undefined) || null }
}
