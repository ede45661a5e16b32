import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, cookiesOf, expireCookie } from "../http/cookies.js"
import { isAt, isSamePage } from "../http/is-same-page.js"
import type { Body } from "../http/read-body.js"
import { resolveDestination, toSafeUrl } from "../http/safe-redirect.js"

/** Parses the query string. */
export function queryOf({ req }: Pick<AuthContext, "req">): URLSearchParams {
  const start = req.url.indexOf("?")
  return new URLSearchParams(start < 0 ? "" : req.url.slice(start + 1))
}

/**
 * Returns the query parameters for core: the first of repeated ones, and no destination, which is not core's to decide.
 */
export function paramsOf(query: URLSearchParams): Record<string, string> {
  const names = [...new Set(query.keys())].filter((name) => name !== "callbackUrl")
  return Object.fromEntries(names.map((name) => [name, query.get(name) ?? ""]))
}

/**
 * Returns the destination of a sign-in: from the form, the query or, for the app's own sign-in page, the cookie; else
 * the page where it started, from `Referer`.
 */
export function destinationOf(context: AuthContext, body: Body = {}): Promise<string> {
  const known = askedUrl(context, body) ?? keptUrl(context) ?? startPageOf(context)
  return resolveDestination(known, context.origin, context.config)
}

/** Returns the destination of a sign-out. The cookie comes last, because only an abandoned sign-in can have left it. */
export function signOutDestinationOf(context: AuthContext, body: Body = {}): Promise<string> {
  const known = askedUrl(context, body) ?? startPageOf(context) ?? keptUrl(context)
  return resolveDestination(known, context.origin, context.config)
}

function askedUrl(context: AuthContext, body: Body): unknown {
  return body.callbackUrl ?? queryOf(context).get("callbackUrl") ?? undefined
}

/**
 * Returns the page the visitor comes from. If that is a sign-in or sign-out page, returns the destination in its query.
 */
function startPageOf(context: AuthContext): string | undefined {
  const { req, origin, config } = context
  const read = (url: unknown) => {
    const safe = toSafeUrl(url, origin, config.trustedOrigins)
    return safe === undefined ? undefined : new URL(safe)
  }
  const referer = req.get("referer")
  const page = URL.canParse(referer ?? "") ? read(referer) : undefined
  if (!page || !isSignInPage(context, page)) return page?.href
  const former = read(page.searchParams.get("callbackUrl"))
  return former && !isSignInPage(context, former) ? former.href : undefined
}

/** Whether a page is one of ours, the app's replacement for one, or a page whose form posts to its own URL. */
function isSignInPage(context: AuthContext, page: URL): boolean {
  const { origin, basePath, config } = context
  const { signIn, signOut, error, verifyRequest } = config.pages
  const isOurs = page.origin === origin && `${page.pathname}/`.startsWith(`${basePath}/`)
  const own = [signIn, signOut, error, verifyRequest].filter((url) => url !== undefined)
  return isOurs || isAt(context, page.href) || own.some((url) => isSamePage(new URL(url, origin), page))
}

/**
 * Keeps the destination while the visitor is on the app's own sign-in page, whose form need not include it.
 *
 * @returns Auth.js's cookie, or nothing if the query names no destination
 */
export function keepDestination(context: AuthContext, destination: string): Cookie[] {
  if (!queryOf(context).has("callbackUrl")) return []
  return [{ ...context.cookies.callbackUrl, value: destination }]
}

/** Returns the removal of the kept destination, if there is one. */
export function dropDestination(context: Pick<AuthContext, "req" | "cookies">): Cookie[] {
  const { name, options } = context.cookies.callbackUrl
  return keptUrl(context) === undefined ? [] : [expireCookie(name, options)]
}

/** Returns the kept destination unchecked; `resolveDestination` checks it. */
export function keptUrl({ req, cookies }: Pick<AuthContext, "req" | "cookies">): string | undefined {
  return cookiesOf(req)[cookies.callbackUrl.name]
}
