import { maxHeaderSize } from "node:http"
import type { Request } from "express"
import { warnOnce } from "../config/process-memory.js"
import type { CookieDefinition } from "../config/resolve-cookies.js"
import { ExpressAuthError } from "../errors.js"
import { type Cookie, cookiesOf, expireCookie, hashedNames } from "../http/cookies.js"
import { readChunkedCookie, toCookieChunks } from "./chunked-cookie.js"
import type { SessionContext } from "./session-reading.js"

/** A sealed token and the lifetime of its cookie. */
export interface SealedToken {
  /** The cookie's value, before it is split into chunks. */
  readonly sealed: string
  /** When the session ends unless it is used. */
  readonly expires: Date
  /** Whether the cookie outlives the browser. */
  readonly remembered: boolean
}

/** Characters of a cookie's value; longer sessions are split into several cookies. */
const cookieLimit = 3936
/** Characters of a `Cookie` header before we warn: many servers and proxies refuse headers over 8 KB. */
const headerLimit = 7 * 1024

/**
 * Reads the session token of a request, joined from its chunks.
 *
 * @returns `undefined` if there is none; empty if it can be no session: a chunk is missing, or it contains a NUL, which
 * databases reject in queries
 */
export function readSessionCookie(req: Request, { name }: CookieDefinition): string | undefined {
  const value = readChunkedCookie(req.headers.cookie, name)?.value
  return value?.includes("\0") ? "" : value
}

/**
 * Returns the cookies that store a session token, and those that remove leftovers of an earlier one.
 *
 * @param companion the cookie with the sign-in record, if the session's row does not hold it
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

/** Returns those of some cookies that hold a session: the named one, or its chunks. */
export function pickSessionCookies(set: readonly Cookie[], { name }: CookieDefinition): Cookie[] {
  return set.filter((cookie) => isChunkOf(name, cookie.name))
}

/** A session's cookies as core set them. */
export interface IssuedSession {
  /** Those that hold the session, see `pickSessionCookies`. */
  readonly cookies: readonly Cookie[]
  /** See `writeSessionCookie`. */
  readonly companion: Cookie | undefined
  /** Whether the cookies outlive the browser. */
  readonly remembered: boolean
}

/** Returns the cookies that store an issued session, and those that remove what an earlier session left. */
export function replaceSessionCookie(
  req: Request,
  definition: CookieDefinition,
  { cookies, companion, remembered }: IssuedSession,
): Cookie[] {
  const ours = cookies.map((cookie) => (cookie.value === "" ? cookie : endWithBrowser(cookie, remembered)))
  const all = companion ? [...ours, companion] : ours
  const written = new Set(all.map(({ name }) => name))
  return [...clearSessionCookie(req, definition).filter(({ name }) => !written.has(name)), ...all]
}

/**
 * Removes the expiry of a cookie, so that the browser drops it when it closes (RFC 6265, section 4.1.2); returns the
 * cookie unchanged if `remembered`.
 */
export function endWithBrowser(cookie: Cookie, remembered: boolean): Cookie {
  if (remembered) return cookie
  const { expires: _end, maxAge: _age, ...options } = cookie.options
  return { ...cookie, options }
}

/**
 * Returns the cookies that remove a session from the browser: every chunk it sent, complete or not, and the companion.
 */
export function clearSessionCookie(req: Request, { name, options }: CookieDefinition): Cookie[] {
  return namesOf(req, name).map((old) => expireCookie(old, options))
}

/** Includes cookies set on the response: this request may have renewed its session. */
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

/**
 * Returns the name of the companion cookie, which records when and how the user signed in: `authjs.sign-in` beside
 * `authjs.session-token`.
 *
 * It never starts with the session cookie's name: @auth/core takes every cookie that does for a chunk of the session,
 * so a rollback to @auth/express would sign all users out.
 */
export function signInCookieName(definition: Pick<CookieDefinition, "name">): string {
  return companionName(definition, "sign-in")
}

/**
 * Returns the name of a cookie beside the session cookie, see {@link signInCookieName}.
 *
 * @param label the last part of it
 */
export function companionName({ name }: Pick<CookieDefinition, "name">, label: string): string {
  const [, prefix = "", own = ""] = /^(__Secure-|__Host-)?(.*)$/.exec(name) ?? []
  if (/.\.session-token$/.test(own)) return prefix + own.replace(/session-token$/, label)
  const first = `${label}.${own}`.startsWith(own) ? `auth-${label}` : label
  return `${prefix}${first}.${own}`
}

/** Whether a cookie is the named one or a numbered chunk of it, not just one with the same prefix. */
function isChunkOf(name: string, other: string): boolean {
  return other.startsWith(name) && /^(?:\.\d{1,2})?$/.test(other.slice(name.length))
}

/** Bytes reserved for the rest of a request: its URL and other headers. */
const otherHeaders = 1536
/** Characters of a `Cookie` header that pending sign-ins take at most, all together. */
export const maxFlowsLength = 4096

/**
 * Refuses a session that this server could not read back: Node responds 431 to headers that are too long, so the
 * visitor could not even sign out. Leaves room for pending sign-ins, whose cookies come later. Warns once about sizes that
 * proxies refuse.
 *
 * @param value the sealed token
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (500)
 */
export function checkSize(
  { req, config, cookies }: Pick<SessionContext, "req" | "config" | "cookies">,
  value: string,
): void {
  if (value.length > cookieLimit)
    warn(config, {
      code: "session-cookie-size",
      message: "A session exceeds one cookie and is split into several.",
    })
  const total = value.length + sizeOfOthers(req, cookies)
  if (total > maxHeaderSize - otherHeaders - maxFlowsLength) throw tooLong(value.length, total)
  if (total > headerLimit)
    warn(config, {
      code: "cookie-header-size",
      message: "The cookies of a request exceed 7 KB; many proxies refuse headers over 8 KB.",
    })
}

function warn(config: SessionContext["config"], { code, message }: { code: string; message: string }): void {
  const fix = "Keep less in the token (callbacks.jwt), or use database sessions."
  warnOnce(config, { code, message: `${message} ${fix}` })
}

function tooLong(length: number, total: number): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_SESSION",
    `The session takes ${length} characters, all cookies together ${total}. Node accepts ${maxHeaderSize} bytes of headers, ` +
      `of which ${otherHeaders + maxFlowsLength} are reserved for other headers and pending sign-ins, and ` +
      "would respond 431 to every further request. Keep less in the token (callbacks.jwt), use database sessions, or start Node " +
      "with --max-http-header-size.",
    { status: 500 },
  )
}

/** Counts neither the session itself nor pending sign-ins, for which {@link maxFlowsLength} is reserved. */
function sizeOfOthers(req: Request, { sessionToken, state }: SessionContext["cookies"]): number {
  const pending = new Set(hashedNames(req, state.name))
  return Object.entries(cookiesOf(req))
    .filter(([other]) => !isChunkOf(sessionToken.name, other) && !pending.has(other))
    .reduce((size, [other, text = ""]) => size + other.length + text.length + 3, 0)
}
