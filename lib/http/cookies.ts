import { parseCookie, type SerializeOptions, stringifySetCookie } from "cookie"
import type { Request, Response } from "express"
import type { CookieDefinition } from "../config/cookies.js"

/** A cookie to be set, as core describes it. */
export interface Cookie {
  readonly name: string
  readonly value: string
  readonly options: SerializeOptions
}

export function toSetCookie({ name, value, options }: Cookie): string {
  return stringifySetCookie(name, value, options)
}

/** The cookie that makes a browser forget another. */
export function expireCookie(name: string, options: CookieDefinition["options"]): Cookie {
  return { name, value: "", options: { ...options, maxAge: 0, expires: new Date(0) } }
}

/** Far more than we let a browser keep; strangers send as many as fit, and each costs a key to open. */
const maxHashed = 20

/**
 * The cookies a browser sent that are named after what they are about: `<name>.<hash>`, where a hash has 16 characters.
 * Whatever else only begins like them is not ours to open or to remove. Of very many the last, which are the newest.
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
 * Adds Set-Cookie lines to a response. A later line for the same cookie replaces the earlier one, so that a
 * request that first renews a session and then ends it leaves no trace of the renewal; the app's own cookies stay.
 */
export function appendSetCookies(res: Response, lines: readonly string[]): void {
  if (lines.length === 0 || res.headersSent) return
  const present = [res.getHeader("set-cookie") ?? []].flat().map(String)
  const replaced = new Set(lines.map(identity))
  res.setHeader("set-cookie", [...present.filter((line) => !replaced.has(identity(line))), ...lines])
}

/** Name, domain and path: what makes two cookies the same one (RFC 6265, section 5.3). */
function identity(line: string): string {
  const [pair = "", ...attributes] = line.split(";")
  const scope = attributes
    .map((part) => part.trim().toLowerCase())
    .filter((part) => /^(?:domain|path)=/.test(part))
  return [pair.slice(0, pair.indexOf("=")).trim(), ...scope.sort()].join(";")
}
