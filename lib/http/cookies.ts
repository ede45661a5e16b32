import { parseCookie, type SerializeOptions, stringifySetCookie } from "cookie"
import type { Request, Response } from "express"
import type { CookieDefinition } from "../config/cookies.js"

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
export function hashedCookies(
  { headers }: Request,
  name: string,
): (readonly [name: string, value: string])[] {
  return Object.entries(parseCookie(headers.cookie ?? ""))
    .filter(([other]) => other.startsWith(`${name}.`) && /^[\w-]{16}$/.test(other.slice(name.length + 1)))
    .slice(-maxHashed)
    .map(([other, value = ""]) => [other, value])
}

/**
 * Adds Set-Cookie headers to a response. A line for the same cookie replaces the earlier one, so that a request which
 * renews a session and then ends it does not send the renewed cookie. Cookies of the app are kept.
 *
 * @param lines values of Set-Cookie headers
 */
export function appendSetCookies(res: Response, lines: readonly string[]): void {
  if (lines.length === 0 || res.headersSent) return
  const present = [res.getHeader("set-cookie") ?? []].flat().map(String)
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
