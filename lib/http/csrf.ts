import { createHash, randomUUID, timingSafeEqual } from "node:crypto"
import { parseCookie } from "cookie"
import type { Request } from "express"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "./auth-context.js"
import type { Cookie } from "./cookies.js"
import { getOrigin } from "./origin.js"

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
 * Refuses a POST to one of our own routes that our pages, or a client that asked for a token, did not send.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_CSRF` (403)
 */
export function requireCsrfToken(context: AuthContext, submitted: unknown): void {
  requireSameOrigin(context.req, context)
  if (context.config.skipCSRFCheck) return
  const token = readToken(context)
  if (token !== undefined && typeof submitted === "string" && equal(token, submitted)) return
  throw refusal(
    "The form has no CSRF token, or one that is not this browser's. Reload the page and try again.",
  )
}

/**
 * Refuses a request another site made the browser send. Clients that are no browsers send neither header and pass.
 * `Origin: null` says nothing: same-origin forms carry it under `Referrer-Policy: no-referrer`.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_CSRF` (403)
 */
export function requireSameOrigin(req: Request, { config }: Pick<AuthContext, "config">): void {
  const site = req.get("sec-fetch-site")
  const origin = req.get("origin")
  if (site) {
    if (site === "same-origin" || site === "none") return
    throw refusal("Another site sent this request.")
  }
  if (!origin || origin === "null" || origin === getOrigin(req, config)) return
  throw refusal(
    "The Origin header of this request is not this app's. If it should be, tell the app its address: set AUTH_URL, " +
      "or Express's `trust proxy` behind a proxy.",
  )
}

/**
 * Whether a browser vouches that a page of our own sent this request. Unlike with `requireSameOrigin`, silence is not
 * enough.
 */
export function isFromOwnPage(req: Request, { config }: Pick<AuthContext, "config">): boolean {
  const site = req.get("sec-fetch-site")
  return site ? site === "same-origin" : req.get("origin") === getOrigin(req, config)
}

/**
 * For what the app's own handlers call: nothing that changes state happens on a GET, or for another site.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_METHOD` (405), `ERR_AUTH_CSRF` (403)
 */
export function requireOwnPost(context: Pick<AuthContext, "req" | "config">): void {
  const { method } = context.req
  if (method === "GET" || method === "HEAD")
    throw new ExpressAuthError(
      "ERR_AUTH_METHOD",
      `Call this from a POST handler: a ${method} must not change a session.`,
      {
        status: 405,
      },
    )
  requireSameOrigin(context.req, context)
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
