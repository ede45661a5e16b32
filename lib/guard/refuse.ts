import type { Response as ExpressResponse, Request } from "express"
import { warnOnce } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { publish } from "../diagnostics/channels.js"
import { type AuthContext, createAuthContext, toSignInUrl } from "../http/auth-context.js"
import type { Mount } from "../http/mount.js"
import { type Asker, negotiate } from "../http/negotiate.js"
import { getOrigin } from "../http/origin.js"
import { toProblemResponse } from "../http/problem.js"
import { requestedUrl } from "../http/requested-url.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { sendWebResponse, toTextResponse } from "../http/send-web-response.js"
import { renderErrorPage } from "../pages/error.js"
import { toSignInLink } from "../pages/page-link.js"
import { pageHeadersOf, toPageContext } from "../replies/responses.js"
import { type FormOwner, refuseForm } from "./refuse-form.js"

/** What refusing a request needs. */
export interface Refusal {
  /** The request's configuration. */
  readonly config: ResolvedConfig
  /** Where `ExpressAuth` is mounted. */
  readonly mount: Mount
}

/**
 * Refuses an anonymous request: redirects a browser's navigation to the sign-in page and responds 401 to other clients,
 * as a page to a browser that posted a form.
 *
 * @param isFreshNeeded whether the guard sets `maxAge`
 */
export function refuseAnonymous(
  req: Request,
  res: ExpressResponse,
  { isFreshNeeded = false, ...refusal }: Refusal & { isFreshNeeded?: boolean },
): Promise<void> {
  // Requests the proof of a fresh sign-in from an OpenID provider at once, or the user would have to sign in twice.
  const query = isFreshNeeded ? { error: "SessionRequired", code: "fresh" } : {}
  return sendToSignIn(req, res, { ...refusal, query, problem: unauthenticated })
}

/**
 * Refuses a user whose sign-in is too old or unproven, like {@link refuseAnonymous}; the sign-in page says why. Keeps a
 * posted form until the user has signed in again.
 */
export function refuseStale(
  req: Request,
  res: ExpressResponse,
  { freshness, owner, maxAge, ...refusal }: Refusal & Stale,
): Promise<void> {
  const code = freshness === "stale" ? "reauthenticate" : "unproven"
  const query = { error: "SessionRequired", code }
  return sendToSignIn(req, res, { ...refusal, query, owner, problem: (headers) => stale(maxAge, headers) })
}

interface Stale {
  readonly freshness: "stale" | "unproven"
  readonly maxAge: number
  /** Absent if the session has no user id. */
  readonly owner: FormOwner | undefined
}

interface ToSignIn extends Refusal {
  /** Query parameters of the sign-in page. */
  readonly query: Readonly<Record<string, string>>
  /** Builds the response for clients that cannot show a page. */
  problem(headers?: Record<string, string>): Response
  readonly owner?: FormOwner | undefined
}

async function sendToSignIn(
  req: Request,
  res: ExpressResponse,
  { config, mount, query, owner, problem }: ToSignIn,
): Promise<void> {
  const asker = negotiate(req)
  res.vary("Accept, Cookie, Sec-Fetch-Mode")
  if (asker === "json" || asker === "asset") return sendWebResponse(problem(), res)
  const context = createAuthContext(req, res, config, mount.paths(config, req))
  if (asker === "html" && req.method !== "GET" && req.method !== "HEAD") {
    const challenge = problem().headers.get("www-authenticate") ?? ""
    return sendWebResponse(await refuseForm(context, { query, owner, challenge }), res)
  }
  const callbackUrl = returnUrl(context, asker)
  const location = toSignInUrl(context, { ...query, callbackUrl })
  if (asker === "htmx") return sendWebResponse(problem({ "hx-redirect": location }), res)
  const headers = { location, "cache-control": "private, no-store" }
  return sendWebResponse(new Response(null, { status: 302, headers }), res)
}

/**
 * Refuses a signed-in user with 403. Never redirects to the sign-in page, which would loop.
 *
 * @param user the session's user, if the guard requires a role
 */
export function refuseForbidden(
  req: Request,
  res: ExpressResponse,
  { config, mount, user }: Refusal & { readonly user?: object },
): Promise<void> {
  if (config.development && user) warnWithoutRoles(config, user)
  const refused = { reason: "Forbidden", code: "ERR_AUTH_FORBIDDEN", status: 403 }
  publish("refused", () => ({ action: "app", ...refused }))
  if (negotiate(req) !== "html") {
    const problem = toProblemResponse({ status: 403, title: "Not allowed", code: "ERR_AUTH_FORBIDDEN" })
    return sendWebResponse(problem, res)
  }
  const { basePath } = mount.paths(config)
  const context = toPageContext({ req, res, config, basePath, origin: getOrigin(req, config) })
  const page = req.method === "GET" || req.method === "HEAD" ? req.originalUrl : undefined
  const { html } = renderErrorPage(context, {
    error: "Forbidden",
    link: toSignInLink(basePath, page),
    signOut: `${basePath}/signout?${new URLSearchParams({ callbackUrl: page ?? "/" })}`,
  })
  return sendWebResponse(toTextResponse(html, { status: 403, headers: pageHeadersOf({ config, res }) }), res)
}

/** Without callbacks that put them there, sessions have no roles, and a guard that requires one admits no user. */
function warnWithoutRoles(config: ResolvedConfig, user: object): void {
  if ("role" in user || "roles" in user) return
  const message =
    "requireAuth({ roles }) refused a user because the session has neither user.role nor user.roles. Put them there with " +
    "callbacks.session: https://github.com/express-authjs/express-authjs/blob/main/docs/guides/roles.md"
  warnOnce(config, { code: "roles", message })
}

/** Returns the page to come back to. */
function returnUrl(context: AuthContext, asker: Asker): string {
  const { req, origin } = context
  const shown = asker === "htmx" ? toSafeUrl(req.get("hx-current-url"), origin) : undefined
  return shown ?? requestedUrl(context)
}

function unauthenticated(headers: Record<string, string> = {}): Response {
  return toProblemResponse({
    status: 401,
    title: "Sign in first",
    code: "ERR_AUTH_UNAUTHENTICATED",
    headers: { "www-authenticate": 'Session realm="app"', ...headers },
  })
}

/** @see https://www.rfc-editor.org/rfc/rfc9470 */
function stale(maxAge: number, headers: Record<string, string> = {}): Response {
  const challenge = `Session realm="app", error="insufficient_user_authentication", max_age="${maxAge}"`
  return toProblemResponse({
    status: 401,
    title: "Sign in again",
    code: "ERR_AUTH_REAUTHENTICATE",
    headers: { "www-authenticate": challenge, ...headers },
  })
}
