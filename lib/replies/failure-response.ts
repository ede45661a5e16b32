import { isDevelopmentRequest } from "../development/is-development-request.js"
import { type ErrorCode, ExpressAuthError, RateLimitError } from "../errors.js"
import { type AuthContext, toActionUrl, withQuery } from "../http/auth-context.js"
import { type Cookie, withCookies } from "../http/cookies.js"
import { UntrustedOriginError } from "../http/cross-site.js"
import { isAt } from "../http/is-same-page.js"
import { negotiate } from "../http/negotiate.js"
import { toProblemResponse } from "../http/problem.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { renderErrorPage } from "../pages/error.js"
import { toDeveloperErrorResponse } from "./developer-error-response.js"
import { type Failure, toFailure } from "./failure.js"
import { logFailure } from "./log-failure.js"
import { publishRefusal } from "./publish-refusal.js"
import type { RefusedPerson } from "./record-refused.js"
import { type AuthResult, toPage, toPageContext, toRedirect, withOutcome } from "./responses.js"

interface FailedAttempt {
  /** Set on the response in any case. */
  cookies?: readonly Cookie[]
  /** The URL where the sign-in would have ended; already checked. */
  destination?: string
  /** @default the page of the failure */
  page?: Failure["page"]
  /** The provider's id, for subscribers. @default the one that the path names */
  provider?: string
  /** Who was refused, for the audit trail. */
  person?: RefusedPerson
}

/** Errors of visitors who return from a provider. A page at that URL would not help them, so they are redirected. */
const afterProvider: ReadonlySet<ErrorCode> = new Set([
  "ERR_AUTH_FLOW",
  "ERR_AUTH_LINK",
  "ERR_AUTH_LINKED_ELSEWHERE",
])

/** A failed attempt with its classification. */
interface Failed extends FailedAttempt {
  readonly failure: Failure
  /** The id of a fault in the log. */
  readonly id: string | undefined
}

/**
 * Responds to a failed sign-in or sign-out: redirects browsers to the sign-in or error page with a code that it
 * explains, and sends `application/problem+json` to other clients.
 */
export function toFailureResponse(
  context: AuthContext,
  error: unknown,
  attempt: FailedAttempt = {},
): Response {
  const known = toFailure(error)
  const failure = { ...known, page: attempt.page ?? known.page }
  const failed = { ...attempt, failure, id: logFailure(context.config, error, failure) }
  publishFailure(context, error, failed)
  return withOutcome(respond(context, error, failed), toResult(context, error, failed))
}

function publishFailure(
  context: AuthContext,
  error: unknown,
  { failure, id, provider, person }: Failed,
): void {
  const { error: reason, status } = failure
  const code = failure.code ?? (error instanceof ExpressAuthError ? error.code : undefined)
  publishRefusal(context, { provider, person, reason, code, status, ...(id && { errorId: id }) })
}

function respond(context: AuthContext, error: unknown, failed: Failed): Response {
  const { failure, cookies = [] } = failed
  if (error instanceof UntrustedOriginError) return toOriginRefusal(context, failure, error)
  if (context.req.get("x-auth-return-redirect")) return toFailurePage(context, failed)
  const refused = error instanceof ExpressAuthError && error.status < 500 && !afterProvider.has(error.code)
  const asksForPage = negotiate(context.req) === "html"
  if (refused && failure.page === "error" && asksForPage) return showRefusal(context, failure, cookies)
  if (!asksForPage && (refused || wantsProblem(context)))
    return withCookies(toProblem(failure, error), cookies)
  return toDeveloperPage(context, error, failed) ?? toFailurePage(context, failed)
}

/** Shows a fault to the developer instead of redirecting to the built-in error page, which has no details. */
function toDeveloperPage(context: AuthContext, error: unknown, failed: Failed): Response | undefined {
  const { req, config } = context
  const { failure, cookies = [] } = failed
  if (!isDevelopmentRequest(context) || !(error instanceof Error)) return
  if (!failure.unexpected || failure.page !== "error" || config.pages.error || negotiate(req) !== "html")
    return
  const visitorPage = failurePageUrl(context, failed)
  const { status } = failure
  return withCookies(toDeveloperErrorResponse(req, { error, status, config, visitorPage }), cookies)
}

function toResult(context: AuthContext, error: unknown, failed: Failed): AuthResult {
  const { status, error: name, code } = failed.failure
  const detail = error instanceof ExpressAuthError && error.status < 500 ? error.message : undefined
  const url = failurePageUrl(context, failed)
  const retryAfter = error instanceof RateLimitError ? error.retryAfter : undefined
  return {
    ...{ ok: false, status, url, error: name },
    ...(code && { code }),
    ...(detail && { detail }),
    ...(retryAfter !== undefined && { retryAfter }),
  }
}

function toFailurePage(context: AuthContext, failed: Failed): Response {
  const url = failurePageUrl(context, failed)
  return isShown(context, url) ? showInPlace(context, failed) : toRedirect(context, url, failed.cookies)
}

/** The next attempt from a sign-in page ends where this one would have ended. */
function failurePageUrl(context: AuthContext, { failure, id, destination }: Failed): string {
  const { pages } = context.config
  const custom = failure.page === "signin" ? pages.signIn : pages.error
  const page = custom ? new URL(custom, context.origin).href : toActionUrl(context, failure.page)
  const { error, code } = failure
  const callbackUrl = destination === `${context.origin}/` ? undefined : destination
  // A new link leads to the same destination.
  const kept = error === "Verification" && !custom ? { callbackUrl } : {}
  const query = failure.page === "signin" ? { error, code, callbackUrl } : { error, code, id, ...kept }
  return withQuery(page, query)
}

/** Whether the page that would explain the failure is the one that failed: a redirect would loop. */
function isShown(context: AuthContext, page: string): boolean {
  return (context.req.method === "GET" || context.req.method === "HEAD") && isAt(context, page)
}

function showInPlace(context: AuthContext, { failure, id, cookies = [] }: Failed): Response {
  const { error, status } = failure
  const { html } = renderErrorPage(toPageContext(context), { error, errorId: id })
  return toPage(context, html, cookies, status)
}

/**
 * Names the refused origin, on a page or as JSON, even to clients that asked for a redirect, because our pages are of
 * no use on another origin. A client of Auth.js sends the browser to `url`.
 */
function toOriginRefusal(context: AuthContext, { error, status }: Failure, refused: Error): Response {
  const { message } = refused
  if (negotiate(context.req) === "html") {
    const { html } = renderErrorPage(toPageContext(context), { error: "UntrustedOrigin", detail: message })
    return toPage(context, html, [], status)
  }
  const url = withQuery(toActionUrl(context, "error"), { error })
  return toProblemResponse({ status, error, code: "ERR_AUTH_CSRF", detail: message, url })
}

/** Shows the page at the URL of the refused request, to which there is no way back. */
function showRefusal(context: AuthContext, { error, status }: Failure, cookies: readonly Cookie[]): Response {
  const back = error === "LastSignInMethod" ? (formerPageOf(context) ?? "/") : undefined
  const { html } = renderErrorPage(toPageContext(context), { error, ...(back && { link: back }) })
  return toPage(context, html, cookies, status)
}

/** The page of ours or the app's whose form was refused. */
function formerPageOf({ req, origin }: AuthContext): string | undefined {
  const referer = req.get("referer")
  return referer && URL.canParse(referer) ? toSafeUrl(referer, origin) : undefined
}

function toProblem({ status, error: type, code }: Failure, error: unknown): Response {
  if (!(error instanceof ExpressAuthError))
    return toProblemResponse({ status, error: type, code: code ?? type })
  const detail = status < 500 ? { detail: error.message } : {}
  return toProblemResponse({ status, error: type, code: error.code, ...detail })
}

/** Scripts of htmx follow the redirect, since htmx does not show the body of an error. */
function wantsProblem({ req, sendsStatus }: AuthContext): boolean {
  return (sendsStatus && negotiate(req) !== "htmx") || /\bjson\b/.test(req.get("accept") ?? "")
}
