import type { Response as ExpressResponse, Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { type AuthContext, createAuthContext, toSignInUrl } from "../http/auth-context.js"
import type { Mount } from "../http/mount.js"
import { type Asker, negotiate } from "../http/negotiate.js"
import { getOrigin } from "../http/origin.js"
import { toProblemResponse } from "../http/problem.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { sendWebResponse } from "../http/send-web-response.js"
import { toTextResponse } from "../http/text-response.js"
import { renderErrorPage } from "../pages/error.js"
import { pageHeaders } from "../pages/page-headers.js"
import { type FormOwner, refuseForm } from "./refuse-form.js"

/** What a guard knows when it turns a request away. */
export interface Refusal {
  readonly config: ResolvedConfig
  readonly mount: Mount
}

/**
 * Nobody is signed in: a browser that opens a page is sent to the sign-in page, everyone else gets 401; one that posted a
 * form, as a page.
 */
export function refuseAnonymous(
  req: Request,
  res: ExpressResponse,
  { isFreshNeeded = false, ...refusal }: Refusal & { isFreshNeeded?: boolean },
): Promise<void> {
  // An OpenID provider has to be asked for a proof from the start, or the person would sign in twice.
  const query = isFreshNeeded ? { error: "SessionRequired", code: "fresh" } : {}
  return sendToSignIn(req, res, { ...refusal, query, problem: unauthenticated })
}

/**
 * Somebody is signed in, but not lately enough, or nothing shows that it was they: the same, and the page says why. A
 * form that they posted waits for them.
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
  /** Absent where the session does not say whose it is. */
  readonly owner: FormOwner | undefined
}

interface ToSignIn extends Refusal {
  /** What the sign-in page is told. */
  readonly query: Readonly<Record<string, string>>
  /** The answer to whom no page helps. */
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
  const context = createAuthContext(req, res, config, mount.known(config))
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

/** Somebody is signed in, and may not: 403, and no way into a loop of sign-ins. */
export function refuseForbidden(
  req: Request,
  res: ExpressResponse,
  { config, mount }: Refusal,
): Promise<void> {
  if (negotiate(req) !== "html") {
    const problem = toProblemResponse({ status: 403, title: "Not allowed", code: "ERR_AUTH_FORBIDDEN" })
    return sendWebResponse(problem, res)
  }
  const { basePath } = mount.known(config)
  const host = new URL(getOrigin(req, config)).host
  const context = { basePath, host, csrfToken: "", theme: config.theme }
  const { html } = renderErrorPage(context, { error: "Forbidden" })
  return sendWebResponse(toTextResponse(html, { status: 403, headers: pageHeaders(config.theme) }), res)
}

/** The page itself, as an absolute URL: `//evil.example` as a path of ours cannot be taken for another host. */
function returnUrl({ req, origin, prefix }: AuthContext, asker: Asker): string {
  const shown = asker === "htmx" ? toSafeUrl(req.get("hx-current-url"), origin) : undefined
  return shown ?? origin + prefix + pathOf(req.originalUrl, origin)
}

/** A client may ask for an absolute URL, `GET http://evil.example/ HTTP/1.1`; its path is what Express saw. */
function pathOf(target: string, origin: string): string {
  if (target.startsWith("/")) return target
  const url = URL.canParse(target, origin) ? new URL(target, origin) : undefined
  return url ? url.pathname + url.search : "/"
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
