import { hash, randomUUID, timingSafeEqual } from "node:crypto"
import type { Request } from "express"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "./auth-context.js"
import { type Cookie, cookiesOf } from "./cookies.js"
import { requireKnownSender } from "./cross-site.js"
import { readBody } from "./read-body.js"

// Written by hand, not with csrf-csrf or csurf: tokens and cookies must be interchangeable with those of @auth/core.

/**
 * Returns the browser's CSRF token, and the cookie to set if the browser has none yet. Both have the format of Auth.js:
 * a random token in forms, `token|sha256(token + secret)` in the cookie.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function getCsrfToken(context: AuthContext): { token: string; cookie?: Cookie } {
  const existing = readToken(context)
  if (existing) return { token: existing }
  // 64 hexadecimal digits, like Auth.js. Faster than randomBytes(): Node draws randomness for many UUIDs at once.
  const token = (randomUUID() + randomUUID()).replaceAll("-", "")
  const { name, options } = context.cookies.csrfToken
  const value = `${token}|${digestOf(token, context.config.secrets[0])}`
  return { token, cookie: { name, value, options } }
}

/**
 * Requires that a POST to one of our routes comes from our own or a trusted origin, or a client that is no browser, and
 * carries the CSRF token.
 *
 * @param submitted the `csrfToken` of the body; if `undefined`, the header `X-CSRF-Token` is used
 * @throws {ExpressAuthError} `ERR_AUTH_CSRF` (403)
 */
export function requireCsrfToken(context: AuthContext, submitted: unknown): void {
  requireKnownSender(context.req, context)
  if (context.config.skipCSRFCheck || isOwnToken(context, submitted ?? context.req.get(tokenHeader))) return
  throw refusal(
    "The form's CSRF token is missing or does not match the browser's cookie. Reload the page and try again.",
  )
}

/**
 * Refuses GET and HEAD, and requests from other sites, in functions that the app's own handlers call. Forms of the app
 * need no CSRF token, unless the browser does not reveal which origin they come from.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_METHOD` (405), `ERR_AUTH_CSRF` (403)
 */
export async function requireOwnPost(context: AuthContext): Promise<void> {
  requireChangingMethod(context.req)
  const sender = requireKnownSender(context.req, context)
  if (sender === "own" || sender === "client" || context.config.skipCSRFCheck) return
  if (isOwnToken(context, await sentToken(context))) return
  throw refusal(tokenNeeded[sender])
}

const tokenHeader = "x-csrf-token"

const tokenNeeded = {
  trusted:
    "A page on a trusted origin must send the CSRF token. Fetch it from GET /auth/csrf with credentials, and send it as " +
    "the field `csrfToken` or the header X-CSRF-Token.",
  unproven:
    "The browser sent `Origin: null` and no Sec-Fetch-Site header, so nothing proves that a page of this app sent the " +
    "request. Add a hidden field `csrfToken` with the value of `await auth.getCsrfToken(req, res)` to the form. Over " +
    "HTTPS, or with `Referrer-Policy: same-origin` instead of `no-referrer`, browsers send the origin of a form.",
} as const

function requireChangingMethod({ method }: Request): void {
  if (method !== "GET" && method !== "HEAD") return
  throw new ExpressAuthError(
    "ERR_AUTH_METHOD",
    `Call this from a POST handler: a ${method} must not change a session.`,
    { status: 405 },
  )
}

/** Returns the token sent to one of the app's handlers. A body that we cannot read counts as having none. */
async function sentToken({ req, config }: AuthContext): Promise<unknown> {
  const header = req.get(tokenHeader)
  if (header !== undefined) return header
  try {
    return (await readBody(req, config.bodyLimit)).csrfToken
  } catch (error) {
    if (error instanceof ExpressAuthError && error.code === "ERR_AUTH_BODY") return
    throw error
  }
}

function isOwnToken(context: AuthContext, submitted: unknown): boolean {
  const token = readToken(context)
  return token !== undefined && typeof submitted === "string" && equal(token, submitted)
}

/** Returns the token in the cookie if its hash matches one of our secrets. */
function readToken({ req, cookies, config }: AuthContext): string | undefined {
  const [token, digest] = (cookiesOf(req)[cookies.csrfToken.name] ?? "").split("|")
  if (!token || !digest) return
  return acceptedSecrets(config.secrets).some((secret) => equal(digestOf(token, secret), digest))
    ? token
    : undefined
}

/** Core hashes with all of its secrets joined by commas; its cookies are accepted too. */
function acceptedSecrets(secrets: readonly string[]): readonly string[] {
  return secrets.length > 1 ? [...secrets, secrets.join(",")] : secrets
}

function digestOf(token: string, secret: string): string {
  return hash("sha256", `${token}${secret}`)
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

function refusal(message: string): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_CSRF", message, { status: 403 })
}
