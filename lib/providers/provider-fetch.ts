import { customFetch } from "@auth/core"
import { requestOf } from "../config/merge-provider.js"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import { AnswerTooLargeError, boundFetch, type Fetch } from "../http/bound-fetch.js"
import { checkDocument } from "./check-document.js"
import { isCoresOwn } from "./cores-own.js"
import { type Answer, DiscoveryDocuments, isDiscoveryUrl, readJsonObject } from "./discovery.js"
import { ownJoint } from "./provider-fetch-own.js"
import { conformTokens } from "./provider-fetch-tokens.js"

type Ask = (url: string, init?: RequestInit) => Promise<Answer>

/** Milliseconds within which a provider must respond, because a visitor waits. */
const patience = 10_000

/**
 * Creates the `fetch` with which core requests a provider, around the app's `customFetch` or the global one. Limits the
 * size and time of responses, follows no redirects, caches discovery documents, corrects token responses, and reports a
 * provider that is down, too slow or sends too much.
 *
 * @param timeout milliseconds. @default 10000
 */
export function createProviderFetch(provider: OAuthProvider, timeout = patience): Fetch {
  const base = baseFetch(provider, timeout)
  const ask = createAsk(provider, base)
  const documents = new DiscoveryDocuments((url) =>
    ask(documentUrl(provider, url), { headers: { accept: "application/json" }, redirect: "manual" }),
  )
  const hasOwnRequest = requestOf(provider.userinfo) !== undefined
  return async (input, init) => {
    if (input instanceof Request) return base(input, init)
    const url = new URL(input)
    if ((init?.method ?? "GET") === "GET" && isDiscoveryUrl(url))
      return toDiscoveryResponse(provider, await documents.get(url.href), url)
    if (init?.body instanceof URLSearchParams && init.body.has("grant_type"))
      return toTokenResponse(provider, await ask(url.href, init))
    return hasOwnRequest ? base(input, init) : toUserinfoResponse(provider, await ask(url.href, init))
  }
}

/**
 * Returns the provider's own `customFetch`, the app's, or both. Each is bounded, because a wrapper reads the response
 * it passes on. The global `fetch` is looked up at each call, as in core.
 */
export function baseFetch(provider: OAuthProvider, timeout = patience): Fetch {
  const bounded = (one: Fetch) => boundFetch(one, { timeout })
  const own = provider[customFetch]
  const apps = provider.definition.options?.[customFetch]
  const joint = ownJoint(provider)
  const standard = bounded(apps ?? ((input, init) => fetch(input, init)))
  const jointed = joint?.(standard) ?? standard
  if (!own || (joint && apps)) return jointed
  if (!joint) return bounded(own)
  const theirs = bounded(own)
  return async (input, init) =>
    (await isCoresOwn(provider.definition.id, "customFetch", own))
      ? jointed(input, init)
      : theirs(input, init)
}

/**
 * Limits the time of a provider's own request for the profile.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER_UNAVAILABLE` (503)
 */
export function guardRequest<Args extends unknown[], Result>(
  provider: OAuthProvider,
  request: (...args: Args) => Result | PromiseLike<Result>,
  timeout = patience,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const limit = AbortSignal.timeout(timeout)
    const tooSlow = new Promise<never>((_resolve, reject) =>
      limit.addEventListener("abort", () => reject(limit.reason)),
    )
    try {
      return await Promise.race([request(...args), tooSlow])
    } catch (cause) {
      throw isNetworkError(cause) ? unavailable(provider, reasonOf(cause), cause) : cause
    }
  }
}

function createAsk(provider: OAuthProvider, base: Fetch): Ask {
  return async (url, init) => {
    const answer = await exchange(base, url, init).catch((cause) => {
      throw unavailable(provider, `${reasonOf(cause)} at ${new URL(url).host}`, cause)
    })
    if (answer.status >= 500 || answer.status === 429)
      throw unavailable(provider, `answered ${answer.status} at ${new URL(url).host}`)
    return answer
  }
}

/** Whether a request failed in transit. For an unreachable host, `fetch` only reports "fetch failed". */
function isNetworkError(error: unknown): boolean {
  return (
    error instanceof AnswerTooLargeError ||
    (error instanceof Error &&
      (error.name === "TimeoutError" || /^fetch failed|^terminated/.test(error.message)))
  )
}

function reasonOf(error: unknown): string {
  if (error instanceof AnswerTooLargeError) return "answered with more than is read of an answer"
  return error instanceof Error && error.name === "TimeoutError"
    ? "did not answer in time"
    : "could not be reached"
}

async function exchange(base: Fetch, url: string, init: RequestInit | undefined): Promise<Answer> {
  const response = await base(url, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

function unavailable(provider: OAuthProvider, what: string, cause?: unknown): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_PROVIDER_UNAVAILABLE",
    `Provider "${provider.id}" ${what}. Sign-ins with it fail until it does.`,
    { status: 503, cause },
  )
}

/** Returns the provider's `wellKnown` in place of the URL that core derives from the issuer. */
function documentUrl({ issuer, wellKnown }: OAuthProvider, asked: string): string {
  const usual = `${String(issuer).replace(/\/$/, "")}/.well-known/openid-configuration`
  return asked === usual && typeof wellKnown === "string" && URL.canParse(wellKnown) ? wellKnown : asked
}

/**
 * Adds a userinfo endpoint for providers that have none, such as Apple and Azure AD B2C: core requires one even if it
 * reads the id_token and never requests it.
 */
function toDiscoveryResponse(provider: OAuthProvider, answer: Answer, asked: URL): Response {
  const said = answer.status === 200 ? readJsonObject(answer.text) : undefined
  if (!said) return toResponse(answer)
  const document = checkDocument(provider, said, asked)
  const needsNone = provider.type === "oidc" && provider.idToken !== false
  const added = needsNone && !document.userinfo_endpoint ? { userinfo_endpoint: document.issuer } : {}
  return toResponse({ ...answer, text: JSON.stringify({ ...document, ...added }) })
}

/** A provider's own `token.conform` gets the unchanged response. */
function toTokenResponse(provider: OAuthProvider, answer: Answer): Response {
  const { token } = provider
  const ownConform = typeof token === "object" && token.conform !== undefined
  return toResponse(ownConform ? answer : conformTokens(answer, provider))
}

/** Refuses responses that are no profile, because core reads one even from an error. */
function toUserinfoResponse(provider: OAuthProvider, answer: Answer): Response {
  const signed = /^application\/jwt\b/i.test(answer.headers.get("content-type") ?? "")
  if (answer.status === 200 && (signed || isJson(answer.text))) return toResponse(answer)
  if (answer.status === 200) throw unavailable(provider, "answered with a profile that is no JSON")
  throw new Error(`The userinfo endpoint of provider "${provider.id}" answered ${answer.status}, not 200.`)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function toResponse({ status, headers, text }: Answer): Response {
  return new Response(text === "" ? null : text, { status, headers })
}
