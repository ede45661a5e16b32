import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, toSetCookie } from "../http/cookies.js"
import { negotiate } from "../http/negotiate.js"
import { toTextResponse } from "../http/text-response.js"
import { renderContinuePage } from "../pages/continue.js"
import type { PageContext } from "../pages/page-context.js"
import { pageHeaders } from "../pages/page-headers.js"
import { withOutcome } from "./outcome.js"

/** Creates the response with one of our pages, under its strict Content Security Policy. */
export function toPage(
  context: AuthContext,
  html: string,
  cookies: readonly Cookie[] = [],
  status = 200,
): Response {
  return withCookies(toTextResponse(html, { status, headers: pageHeaders(context.config.theme) }), cookies)
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
  const href = new URL(url, context.origin).href
  return withOutcome(sendOn(context, url, cookies), { ok: true, status: 200, url: href })
}

function sendOn(context: AuthContext, url: string, cookies: readonly Cookie[]): Response {
  const { req, origin } = context
  if (req.get("x-auth-return-redirect")) return toJson({ url }, cookies)
  const leaves = new URL(url, origin).origin !== origin
  if (leaves && req.method === "POST" && negotiate(req) === "html") {
    const response = toPage(context, renderContinuePage(toPageContext(context), { url }), cookies)
    response.headers.set("refresh", `0;url=${new URL(url, origin).href}`)
    return response
  }
  const headers = { location: url, "cache-control": "private, no-store" }
  return withCookies(new Response(null, { status: 302, headers }), cookies)
}

/** Returns what every page needs to know of the request. */
export function toPageContext({ basePath, origin, config }: AuthContext, csrfToken = ""): PageContext {
  return { basePath, host: new URL(origin).host, csrfToken, theme: config.theme }
}

/** Adds cookies to a response, and returns it. */
export function withCookies(response: Response, cookies: readonly Cookie[]): Response {
  for (const cookie of cookies) response.headers.append("set-cookie", toSetCookie(cookie))
  return response
}
