import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, withCookies } from "../http/cookies.js"
import { negotiate } from "../http/negotiate.js"
import { requestTexts } from "../http/request-texts.js"
import { toTextResponse } from "../http/send-web-response.js"
import { renderContinuePage } from "../pages/continue.js"
import type { PageContext } from "../pages/page-context.js"
import { pageHeaders } from "../pages/page-headers.js"
import { toPageLook } from "../pages/page-look.js"

/**
 * What `signIn()`, `signOut()`, `linkAccount()` and `unlinkAccount()` return with `redirect: false`, instead of
 * responding to the request. Cookies are set on the response in either case.
 */
export interface AuthResult {
  /** Whether it has succeeded so far. With a provider, the sign-in continues at `url`. */
  readonly ok: boolean
  /** 200, or the HTTP status of the failure. */
  readonly status: number
  /**
   * The URL to send the browser to: the provider, the destination or, after a failure, the page that explains it.
   * `null` if no page would help.
   */
  readonly url: string | null
  /** The type of the failure: `"CredentialsSignin"`, `"SessionRequired"`, `"RateLimited"`, … */
  readonly error?: string
  /** Details, e.g. the `code` of a `CredentialsSignin`. */
  readonly code?: string
  /** For developers: why the request was refused, and how to fix it. */
  readonly detail?: string
  /** Seconds until the next attempt is allowed, after too many. */
  readonly retryAfter?: number
}

/** Creates the response with one of our pages, under its strict Content Security Policy. */
export function toPage(
  context: AuthContext,
  html: string,
  cookies: readonly Cookie[] = [],
  status = 200,
): Response {
  return withCookies(toTextResponse(html, { status, headers: pageHeadersOf(context) }), cookies)
}

/** Creates a JSON response that no cache stores. */
export function toJson(body: unknown, cookies: readonly Cookie[] = [], status = 200): Response {
  const headers = { "content-type": "application/json", "cache-control": "private, no-store" }
  return withCookies(toTextResponse(JSON.stringify(body), { status, headers }), cookies)
}

/**
 * Redirects the visitor with 302, or with `{ url }` for the browser client of Auth.js (`X-Auth-Return-Redirect`).
 *
 * After a form post, Chrome checks a redirect to another site against the page's `form-action`, ours or the app's. A
 * browser then gets a page that continues by itself.
 */
export function toRedirect(context: AuthContext, url: string, cookies: readonly Cookie[] = []): Response {
  const target = new URL(url, context.origin)
  const response = withOutcome(sendOn(context, url, target), { ok: true, status: 200, url: target.href })
  return withCookies(response, cookies)
}

function sendOn(context: AuthContext, url: string, target: URL): Response {
  const { req, origin } = context
  if (req.get("x-auth-return-redirect")) return toJson({ url })
  if (target.origin !== origin && req.method === "POST" && negotiate(req) === "html") {
    const response = toPage(context, renderContinuePage(toPageContext(context), { url }))
    response.headers.set("refresh", `0;url=${target.href}`)
    return response
  }
  const headers = { location: url, "cache-control": "private, no-store" }
  return new Response(null, { status: 302, headers })
}

/** Returns what every page needs to know of the request. */
export function toPageContext(
  { basePath, origin, config, req, res }: Pick<AuthContext, "basePath" | "origin" | "config" | "req" | "res">,
  csrfToken = "",
): PageContext {
  const host = new URL(origin).host
  return { basePath, host, csrfToken, ...toPageLook(config, res), ...requestTexts(req, config, res) }
}

/** Returns the headers of a page, with the nonce of the app for its own templates. */
export function pageHeadersOf({ config, res }: Pick<AuthContext, "config" | "res">): Record<string, string> {
  return pageHeaders(config.theme, toPageLook(config, res).nonce)
}

const outcomes = new WeakMap<Response, AuthResult>()

/** Attaches the outcome to a response, for a caller that does not send it. */
export function withOutcome(response: Response, outcome: AuthResult): Response {
  outcomes.set(response, outcome)
  return response
}

/** Returns the outcome of a response; without one of its own, its status. */
export function outcomeOf(response: Response): AuthResult {
  const { ok, status } = response
  return outcomes.get(response) ?? { ok, status, url: null }
}
