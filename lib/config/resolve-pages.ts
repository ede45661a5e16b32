import { ConfigError } from "../errors.js"
import type { ExpressAuthConfig } from "./options.js"

type Pages = Readonly<NonNullable<ExpressAuthConfig["pages"]>>

/**
 * Resolves the `pages` option to values for `Location` headers: paths of this app or absolute URLs, with non-ASCII
 * characters percent-encoded.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function resolvePages(pages: Pages = {}): Pages {
  const given = Object.entries(pages).filter(([, page]) => page !== undefined)
  const resolved = given.map(([name, page]) => [
    name,
    name === "account" && page === false ? page : toPageUrl(name, page),
  ])
  return Object.freeze(Object.fromEntries(resolved))
}

const anyOrigin = "http://localhost"

function toPageUrl(name: string, page: unknown): string {
  const text = typeof page === "string" ? page : ""
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text).href
  const url =
    /^\/(?![/\\])/.test(text) && URL.canParse(text, anyOrigin) ? new URL(text, anyOrigin) : undefined
  if (url) return url.pathname + url.search + url.hash
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `pages.${name} is ${JSON.stringify(page)}; expected a path that starts with "/", such as "/login", or a URL.`,
  )
}
