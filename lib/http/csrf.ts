import { createHash, randomUUID, timingSafeEqual } from "node:crypto"
import { parseCookie } from "cookie"
import type { Request } from "express"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "./auth-context.js"
import type { Cookie } from "./cookies.js"
import { requireKnownSender } from "./cross-site.js"
import { readBody } from "./read-body.js"

/**
 * The CSRF token of this browser, and the cookie to set where it had none yet. Token and cookie are those of
 * Auth.js: a random token in forms, `token|sha256(token + secret)` in the cookie.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function getCsrfToken(context: AuthContext): { token: string; cookie?: Cookie } {
  const known = readToken(context)
  if (known) return { token: known }
  // 64 hexadecimal digits, as Auth.js has them. Node keeps random UUIDs in stock; random bytes are a call each.
  const token = (randomUUID() + randomUUID()).replaceAll("-", "")
  const { name, options } = context.cookies.csrfToken
  const value = `${token}|${hash(token, context.config.secrets[0])}`
  return { token, cookie: { name, value, options } }
}

/**
 * Refuses a POST to one of our own routes unless a page of ours or of a trusted origin, or a client that asked for a
 * token, sent it.
 *
 * @param submitted what the body has as `csrfToken`; without it the header `X-CSRF-Token` counts
 * @throws {ExpressAuthError} `ERR_AUTH_CSRF` (403)
 */
export function requireCsrfToken(context: AuthContext, submitted: unknown): void {
  requireKnownSender(context.req, context)
  if (context.config.skipCSRFCheck || isOwnToken(context, submitted ?? context.req.get(tokenHeader))) return
  throw refusal(
    "The form has no CSRF token, or one that is not this browser's. Reload the page and try again.",
  )
}

/**
 * For functions that the app's own handlers call: refuses GET, and requests that another site made the browser send.
 * Forms of the app need no token, except where the browser does not say which origin they come from.
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
    "A page on a trusted origin has to send the CSRF token. Fetch it from GET /auth/csrf with credentials, and send it as " +
    "the field `csrfToken` or the header X-CSRF-Token.",
  unproven:
    "The browser sent `Origin: null` and no Sec-Fetch-Site header, so nothing proves that a page of this app sent the " +
    "request. Add a hidden field `csrfToken` with the value of `await auth.getCsrfToken(req, res)` to the form. Over " +
    "HTTPS, or with `Referrer-Policy: same-origin` instead of `no-referrer`, browsers say where a form comes from.",
} as const

function requireChangingMethod({ method }: Request): void {
  if (method !== "GET" && method !== "HEAD") return
  throw new ExpressAuthError(
    "ERR_AUTH_METHOD",
    `Call this from a POST handler: a ${method} must not change a session.`,
    { status: 405 },
  )
}

/** The token that came with a request to a handler of the app's. A body that we cannot read has none. */
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

/** The token of the cookie, where one of our secrets vouches for it. */
function readToken({ req, cookies, config }: AuthContext): string | undefined {
  const [token, digest] = (parseCookie(req.headers.cookie ?? "")[cookies.csrfToken.name] ?? "").split("|")
  if (!token || !digest) return
  return acceptedSecrets(config.secrets).some((secret) => equal(hash(token, secret), digest))
    ? token
    : undefined
}

/** Core hashes with all its secrets joined by commas, so a cookie of core's is recognised too. */
function acceptedSecrets(secrets: readonly string[]): readonly string[] {
  return secrets.length > 1 ? [...secrets, secrets.join(",")] : secrets
}

function hash(token: string, secret: string): string {
  return createHash("sha256").update(`${token}${secret}`).digest("hex")
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

function refusal(message: string): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_CSRF", message, { status: 403 })
}
