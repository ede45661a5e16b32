import type { AuthContext } from "./auth-context.js"
import { trimSlash } from "./split-path.js"

/**
 * Whether a request is for a page, ignoring the query.
 *
 * @param page a path or an absolute URL
 */
export function isAt(
  { req, origin, prefix }: Pick<AuthContext, "req" | "origin" | "prefix">,
  page: string,
): boolean {
  return isSamePage(new URL(page, origin), new URL(`${origin}${prefix}${trimSlash(pathOf(req.originalUrl))}`))
}

/** Whether two URLs have the same origin and path, ignoring a trailing slash, the query and the fragment. */
export function isSamePage(one: URL, other: URL): boolean {
  return one.origin === other.origin && trimSlash(one.pathname) === trimSlash(other.pathname)
}

/** Returns the path of a request target. A client may send an absolute URL instead, which must not count as a path. */
function pathOf(target: string): string {
  return target.startsWith("/") ? (target.split("?", 1)[0] ?? "") : ""
}
