import { type Failure, toFailure } from "../core/failure.js"
import { type ErrorCode, ExpressAuthError } from "../errors.js"
import { type AuthContext, toActionUrl, withQuery } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import { negotiate } from "../http/negotiate.js"
import { toProblemResponse } from "../http/problem.js"
import { isAt } from "../http/same-page.js"
import { UntrustedOriginError } from "../http/sender.js"
import { renderErrorPage } from "../pages/error.js"
import { logFailure } from "./log-failure.js"
import { toPage, toPageContext, toRedirect, withCookies } from "./reply.js"

interface FailedAttempt {
  /** Set on the answer, whatever it is. */
  cookies?: readonly Cookie[]
  /** Where the sign-in would have ended; already checked. */
  destination?: string
  /** Instead of the one that fits the failure. */
  page?: Failure["page"]
}

/** Refused when a person comes back from a provider: the address they are at is of no use to them. */
const afterProvider: ReadonlySet<ErrorCode> = new Set([
  "ERR_AUTH_FLOW",
  "ERR_AUTH_LINK",
  "ERR_AUTH_LINKED_ELSEWHERE",
])

/**
 * Answers a failed sign-in or sign-out: people are sent to the sign-in or error page with a code it explains, other
 * clients get problem+json.
 */
export function toFailureResponse(
  context: AuthContext,
  error: unknown,
  attempt: FailedAttempt = {},
): Response {
  const { cookies = [] } = attempt
  const failure = { ...toFailure(error), ...(attempt.page && { page: attempt.page }) }
  const id = logFailure(context.config, error, failure)
  if (error instanceof UntrustedOriginError) return toOriginRefusal(context, failure, error)
  if (context.req.get("x-auth-return-redirect")) return toFailurePage(context, failure, { id, ...attempt })
  const refused = error instanceof ExpressAuthError && error.status < 500 && !afterProvider.has(error.code)
  const asksForPage = negotiate(context.req) === "html"
  if (refused && failure.page === "error" && asksForPage) return showRefusal(context, failure, cookies)
  if (!asksForPage && (refused || wantsProblem(context.req)))
    return withCookies(toProblem(failure, error), cookies)
  return toFailurePage(context, failure, { id, ...attempt })
}

/** The next try from a sign-in page ends where this one would have ended. */
function toFailurePage(
  context: AuthContext,
  failure: Failure,
  { id, destination, cookies }: FailedAttempt & { id: string | undefined },
): Response {
  const { pages } = context.config
  const custom = failure.page === "signin" ? pages.signIn : pages.error
  const page = custom ? new URL(custom, context.origin).href : toActionUrl(context, failure.page)
  if (isShown(context, page)) return showInPlace(context, failure, { id, ...(cookies && { cookies }) })
  const { error, code } = failure
  const callbackUrl = destination === `${context.origin}/` ? undefined : destination
  const query = failure.page === "signin" ? { error, code, callbackUrl } : { error, code, id }
  return toRedirect(context, withQuery(page, query), cookies)
}

/** The page that would say what was wrong is the one that failed: a redirect would lead here again. */
function isShown(context: AuthContext, page: string): boolean {
  return (context.req.method === "GET" || context.req.method === "HEAD") && isAt(context, page)
}

function showInPlace(
  context: AuthContext,
  { error, status }: Failure,
  { id, cookies = [] }: Pick<FailedAttempt, "cookies"> & { id: string | undefined },
): Response {
  const { html } = renderErrorPage(toPageContext(context), { error, ...(id && { errorId: id }) })
  return toPage(context, html, cookies, status)
}

/**
 * A person sees which origin was refused, and a script reads it, whatever it asked for: the page of another origin has no
 * use for ours. `url` is where a client of Auth.js sends the person.
 */
function toOriginRefusal(context: AuthContext, { error, status }: Failure, refused: Error): Response {
  const { message } = refused
  if (negotiate(context.req) === "html") {
    const { html } = renderErrorPage(toPageContext(context), { error: "UntrustedOrigin", detail: message })
    return toPage(context, html, [], status)
  }
  const url = withQuery(toActionUrl(context, "error"), { error })
  return toProblemResponse({ status, title: error, code: "ERR_AUTH_CSRF", detail: message, url })
}

/** A request that was refused has nothing to come back to: the page stands in its place. */
function showRefusal(context: AuthContext, { error, status }: Failure, cookies: readonly Cookie[]): Response {
  const { html } = renderErrorPage(toPageContext(context), { error })
  return toPage(context, html, cookies, status)
}

function toProblem({ status, error: title, code }: Failure, error: unknown): Response {
  if (!(error instanceof ExpressAuthError)) return toProblemResponse({ status, title, code: code ?? title })
  const detail = status < 500 ? { detail: error.message } : {}
  return toProblemResponse({ status, title, code: error.code, ...detail })
}

/** A client that names no type of its own gets the redirect that Auth.js has always sent. */
function wantsProblem(req: AuthContext["req"]): boolean {
  return /\bjson\b/.test(req.get("accept") ?? "")
}
