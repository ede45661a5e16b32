import { maxHeaderSize } from "node:http"
import { parseCookie } from "cookie"
import type { Request } from "express"
import type { CookieDefinition } from "../config/cookies.js"
import { warnOnce } from "../config/process-memory.js"
import { ExpressAuthError } from "../errors.js"
import { type Cookie, expireCookie } from "../http/cookies.js"
import { readChunkedCookie, toCookieChunks } from "./codec/chunked-cookie.js"
import type { SessionContext } from "./session-reading.js"

/** A token as its cookie has it. */
export interface SealedToken {
  readonly sealed: string
  /** When the session ends if it is not used. */
  readonly expires: Date
  /** Whether its cookie outlives the browser. */
  readonly remembered: boolean
}

/** Characters of a cookie, name and attributes left aside: a longer session goes into several. */
const cookieLimit = 3936
/** Many servers and proxies refuse requests whose headers pass 8 KB. */
const headerLimit = 7 * 1024

/**
 * The session token a browser sent, put together from its chunks; `undefined` where there is none or a piece is missing.
 * No token has a NUL in it, and databases refuse to be asked for one.
 */
export function readSessionCookie(req: Request, { name }: CookieDefinition): string | undefined {
  const value = readChunkedCookie(req.headers.cookie, name)?.value
  return value && !value.includes("\0") ? value : undefined
}

/**
 * The cookies that store a session token, and those that remove what an earlier one left: chunks, and its companion.
 *
 * @param companion the cookie that says how the session was begun, where its row does not
 */
export function writeSessionCookie(
  req: Request,
  { name, options }: CookieDefinition,
  { sealed, expires, remembered, companion }: SealedToken & { readonly companion?: Cookie | undefined },
): Cookie[] {
  const chunks = toCookieChunks(name, sealed)
  const written = new Set([...chunks, ...(companion ? [companion] : [])].map((cookie) => cookie.name))
  const stale = namesOf(req, name).filter((old) => !written.has(old))
  return [
    ...chunks.map((chunk) => endWithBrowser({ ...chunk, options: { ...options, expires } }, remembered)),
    ...(companion ? [companion] : []),
    ...stale.map((old) => expireCookie(old, options)),
  ]
}

/** A cookie without an end of its own is gone when the browser is closed (RFC 6265, section 4.1.2). */
export function endWithBrowser(cookie: Cookie, remembered: boolean): Cookie {
  if (remembered) return cookie
  const { expires: _end, maxAge: _age, ...options } = cookie.options
  return { ...cookie, options }
}

/** The cookies that end a session in this browser: every chunk it sent, whole or not, and the companion. */
export function clearSessionCookie(req: Request, { name, options }: CookieDefinition): Cookie[] {
  return namesOf(req, name).map((old) => expireCookie(old, options))
}

/** What the browser sent, and what it will get: this request may have renewed its session already. */
function namesOf(req: Request, name: string): readonly string[] {
  const sent = readChunkedCookie(req.headers.cookie, name)?.names ?? []
  const companion = signInCookieName({ name })
  const isSent = req.headers.cookie?.includes(`${companion}=`) === true
  const lines = [req.res?.getHeader("set-cookie") ?? []].flat().map(String)
  const set = lines
    .map((line) => line.slice(0, line.indexOf("=")))
    .filter((other) => isChunkOf(name, other) || other === companion)
  return [...new Set([...sent, ...(isSent ? [companion] : []), ...set])]
}

/** The name of the session cookie's companion, which says when and how the person signed in. */
export function signInCookieName({ name }: Pick<CookieDefinition, "name">): string {
  return `${name}.sign-in`
}

/** Whether a cookie is the one named, or a numbered piece of it; not merely one whose name begins alike. */
export function isChunkOf(name: string, other: string): boolean {
  return other.startsWith(name) && /^(?:\.\d{1,2})?$/.test(other.slice(name.length))
}

/** Bytes of a request's headers beside its cookies. */
const otherHeaders = 1536

/**
 * Refuses a session that this server would not read back: Node answers 431 to every request of a browser whose headers
 * are too long, so that the visitor could not even sign out. Says once what proxies will refuse.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (500)
 */
export function checkSize(
  { req, config, cookies }: Pick<SessionContext, "req" | "config" | "cookies">,
  value: string,
): void {
  if (value.length > cookieLimit)
    warn(config, {
      code: "session-cookie-size",
      message: "A session is too long for one cookie and is split into several.",
    })
  const total = value.length + sizeOfOthers(req, cookies.sessionToken.name)
  if (total > maxHeaderSize - otherHeaders) throw tooLong(value.length, total)
  if (total > headerLimit)
    warn(config, {
      code: "cookie-header-size",
      message: "All cookies together take over 7 KB; proxies refuse over 8 KB.",
    })
}

function warn(config: SessionContext["config"], { code, message }: { code: string; message: string }): void {
  const fix = "Keep less in the token (callbacks.jwt), or use database sessions."
  warnOnce(config, { code, message: `${message} ${fix}` })
}

function tooLong(length: number, total: number): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_SESSION",
    `The session takes ${length} characters, and all cookies together ${total}. Node reads headers of ${maxHeaderSize} bytes, and ` +
      "would answer 431 to every further request. Keep less in the token (callbacks.jwt), use database sessions, or start Node " +
      "with --max-http-header-size.",
    { status: 500 },
  )
}

function sizeOfOthers(req: Request, name: string): number {
  return Object.entries(parseCookie(req.headers.cookie ?? ""))
    .filter(([other]) => !isChunkOf(name, other))
    .reduce((size, [other, text = ""]) => size + other.length + text.length + 3, 0)
}
