import { parseCookie, type SerializeOptions, stringifySetCookie } from "cookie"
import type { Response as ExpressResponse, Request } from "express"
import type { CookieDefinition } from "../config/resolve-cookies.js"
import { ExpressAuthError } from "../errors.js"

/** A cookie to set, in the shape that core uses. */
export interface Cookie {
  /** The full name, with its prefix. */
  readonly name: string
  /** The value, not yet encoded. */
  readonly value: string
  /** Its attributes; `maxAge` is in seconds. */
  readonly options: SerializeOptions
}

/** Serializes a cookie as the value of a Set-Cookie header. */
export function toSetCookie({ name, value, options }: Cookie): string {
  return stringifySetCookie(name, value, options)
}

type CookieValues = Readonly<Record<string, string | undefined>>

const parsed = new WeakMap<Request["headers"], { readonly header: string; readonly values: CookieValues }>()

/** Returns the values of a request's cookies by name. Parses a `Cookie` header once. */
export function cookiesOf({ headers }: Pick<Request, "headers">): CookieValues {
  const { cookie: header = "" } = headers
  const known = parsed.get(headers)
  if (known?.header === header) return known.values
  const values = parseCookie(header)
  parsed.set(headers, { header, values })
  return values
}

/** Adds cookies to a response, and returns it. */
export function withCookies(response: Response, cookies: readonly Cookie[]): Response {
  for (const cookie of cookies) response.headers.append("set-cookie", toSetCookie(cookie))
  return response
}

/** Returns a cookie that makes the browser delete the cookie of this name. */
export function expireCookie(name: string, options: CookieDefinition["options"]): Cookie {
  return { name, value: "", options: { ...options, maxAge: 0, expires: new Date(0) } }
}

/** More than we ever set. Each costs a decryption, and a client can send as many as fit into a header. */
const maxHashed = 20

/**
 * Returns the request's cookies named `<name>.<hash>`, where the hash has 16 characters. Other cookies with this prefix
 * are not ours and are skipped. If there are more than 20, only the last, which are the newest, are returned.
 */
export function hashedCookies(req: Request, name: string): (readonly [name: string, value: string])[] {
  return Object.entries(cookiesOf(req))
    .filter(([other]) => isHashed(name, other))
    .slice(-maxHashed)
    .map(([other, value = ""]) => [other, value])
}

/** Returns the names of all cookies of the request that are named `<name>.<hash>`. */
export function hashedNames(req: Request, name: string): string[] {
  return Object.keys(cookiesOf(req)).filter((other) => isHashed(name, other))
}

function isHashed(name: string, other: string): boolean {
  return other.startsWith(`${name}.`) && /^[\w-]{16}$/.test(other.slice(name.length + 1))
}

/**
 * Adds Set-Cookie headers to a response. A line for the same cookie replaces the earlier one, so that a request which
 * renews a session and then ends it does not send the renewed cookie. Cookies of the app are kept.
 *
 * @param lines values of Set-Cookie headers
 */
export function appendSetCookies(res: ExpressResponse, lines: readonly string[]): void {
  if (lines.length === 0 || res.headersSent) return
  const header = res.getHeader("set-cookie")
  if (header === undefined) return void res.setHeader("set-cookie", [...lines])
  const present = [header].flat().map(String)
  const replaced = new Set(lines.map(identity))
  res.setHeader("set-cookie", [...present.filter((line) => !replaced.has(identity(line))), ...lines])
}

/** Name, domain and path identify a cookie (RFC 6265, section 5.3). */
function identity(line: string): string {
  const [pair = "", ...attributes] = line.split(";")
  const scope = attributes
    .map((part) => part.trim().toLowerCase())
    .filter((part) => /^(?:domain|path)=/.test(part))
  return [pair.slice(0, pair.indexOf("=")).trim(), ...scope.sort()].join(";")
}

/**
 * Requires that cookies can still be set.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_HEADERS_SENT`
 */
export function requireUnsent(res: ExpressResponse): void {
  if (res.headersSent) throw headersSent()
}

/** Creates the error of a response that has started too early. */
export function headersSent(): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_HEADERS_SENT",
    "The response has already started, so no cookie can be set. Call this before writing to the response, and only once.",
  )
}
