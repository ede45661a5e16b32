import { customFetch } from "@auth/core"
import { requestOf } from "../config/merge-provider.js"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import { AnswerTooLargeError, boundExchange, boundFetch, type Fetch } from "../http/bound-fetch.js"
import { checkDocument } from "./check-document.js"
import {
  type Answer,
  type DiscoveredServer,
  DiscoveryDocuments,
  isDiscoveryUrl,
  readJsonObject,
} from "./discovery.js"
import { isFromCore } from "./is-from-core.js"
import { requestQuirk } from "./request-quirk.js"

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
  const ask = createAsk(provider, exchangeOf(provider, timeout) ?? readingFrom(base))
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

/** Adds the verifier to the token request, from which core has removed a placeholder. */
export function sendVerifier(next: Fetch, verifier: string): Fetch {
  return (input, init) => {
    if (init?.body instanceof URLSearchParams && init.body.has("grant_type"))
      init.body.set("code_verifier", verifier)
    return next(input, init)
  }
}

/** Keeps the discovery document that core reads during a sign-in, of which core returns one address only. */
export function noteMetadata(next: Fetch, discovered: DiscoveredServer): Fetch {
  return async (input, init) => {
    const response = await next(input, init)
    const url = new URL(input instanceof Request ? input.url : input)
    if (isDiscoveryUrl(url)) discovered.metadata = readJsonObject(await response.clone().text())
    return response
  }
}

/**
 * Returns the provider's own `customFetch`, the app's, or both. Each is bounded, because a wrapper reads the response
 * it passes on. The global `fetch` is looked up at each call, as in core.
 */
export function baseFetch(provider: OAuthProvider, timeout = patience): Fetch {
  const bounded = (one?: Fetch) => boundFetch(one, { timeout })
  const own = provider[customFetch]
  const apps = appsFetch(provider)
  const joint = requestQuirk(provider)
  const standard = bounded(apps)
  const jointed = joint?.(standard) ?? standard
  if (!own || (joint && apps)) return jointed
  if (!joint) return bounded(own)
  const theirs = bounded(own)
  return async (input, init) =>
    (await isFromCore(provider.definition.id, "customFetch", own))
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

/** Returns the app's `fetch`; `undefined` if it has none of its own. */
function appsFetch({ definition }: OAuthProvider): Fetch | undefined {
  return definition.options?.[customFetch]
}

/** Returns the bounded request of a provider whose requests nothing changes, which needs no `Response` between. */
function exchangeOf(provider: OAuthProvider, timeout: number): Ask | undefined {
  if (provider[customFetch] || requestQuirk(provider)) return
  const exchange = boundExchange(appsFetch(provider), { timeout })
  return async (url, init) => {
    const { status, headers, body } = await exchange(url, init)
    return { status, headers, text: decoder.decode(body ?? undefined) }
  }
}

function readingFrom(base: Fetch): Ask {
  return async (url, init) => {
    const response = await base(url, init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}

const decoder = new TextDecoder()

function createAsk(provider: OAuthProvider, request: Ask): Ask {
  return async (url, init) => {
    const answer = await request(url, init).catch((cause) => {
      throw unavailable(provider, `${reasonOf(cause)} at ${new URL(url).host}`, cause)
    })
    if (answer.status >= 500 || answer.status === 429)
      throw unavailable(provider, `responded ${answer.status} at ${new URL(url).host}`)
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
  if (error instanceof AnswerTooLargeError) return "sent a response that is too large"
  return error instanceof Error && error.name === "TimeoutError"
    ? "did not respond in time"
    : "could not be reached"
}

function unavailable(provider: OAuthProvider, what: string, cause?: unknown): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_PROVIDER_UNAVAILABLE",
    `Provider "${provider.id}" ${what}. Sign-ins with it fail until it recovers.`,
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

/**
 * Corrects token responses that violate RFC 6749, section 5, and that core refuses or misreads: no `token_type`,
 * `scope` as an array, members that are `null` instead of missing, an error with status 200.
 */
function conformTokens(answer: Answer, provider: OAuthProvider): Answer {
  const tokens = answer.status === 200 || answer.status === 201 ? readJsonObject(answer.text) : undefined
  if (tokens === undefined) return answer
  if (typeof tokens.access_token === "string" && tokens.access_token !== "")
    return { ...answer, status: 200, text: JSON.stringify(conformMembers(tokens, provider)) }
  return typeof tokens.error === "string" ? { ...answer, status: 400, text: toErrorText(tokens) } : answer
}

/** Replaces GitHub's error code for a used or expired code by the standard one. */
function toErrorText(answered: Record<string, unknown>): string {
  const spent = answered.error === "bad_verification_code"
  return JSON.stringify(spent ? { ...answered, error: "invalid_grant" } : answered)
}

function conformMembers(tokens: Record<string, unknown>, provider: OAuthProvider): Record<string, unknown> {
  const { token_type: type, scope, ...rest } = withoutEmpty(tokens)
  if (rest.id_token !== undefined && isUnusedIdToken(provider)) delete rest.id_token
  return {
    ...rest,
    token_type: typeof type !== "string" || type === "jwt-bearer" ? "bearer" : type,
    scope: Array.isArray(scope) ? scope.join(" ") : scope,
  }
}

function withoutEmpty(tokens: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(tokens).filter(([, value]) => value !== null && value !== ""))
}

/** Whether an id_token is unused: core refuses one of a plain OAuth provider without a configured issuer. */
function isUnusedIdToken(provider: OAuthProvider): boolean {
  return provider.type === "oauth" && provider.issuer === undefined
}

/** Refuses responses that are not a profile, because core reads one even from an error. */
function toUserinfoResponse(provider: OAuthProvider, answer: Answer): Response {
  const signed = /^application\/jwt\b/i.test(answer.headers.get("content-type") ?? "")
  if (answer.status === 200 && (signed || isJson(answer.text))) return toResponse(answer)
  if (answer.status === 200) throw unavailable(provider, "responded with a profile that is not JSON")
  throw new Error(
    `The userinfo endpoint of provider "${provider.id}" responded ${answer.status}; expected 200.`,
  )
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
