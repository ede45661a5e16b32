import type { AuthContext } from "./auth-context.js"
import { trimSlash } from "./split-path.js"

/** Whether a request asks for a page, whatever its query. */
export function isAt(
  { req, origin, prefix }: Pick<AuthContext, "req" | "origin" | "prefix">,
  page: string,
): boolean {
  return isSamePage(new URL(page, origin), new URL(`${origin}${prefix}${trimSlash(pathOf(req.originalUrl))}`))
}

/** Whether two URLs name one page: query and fragment do not count. */
export function isSamePage(one: URL, other: URL): boolean {
  return one.origin === other.origin && trimSlash(one.pathname) === trimSlash(other.pathname)
}

/** A client may ask for an absolute URL, which is not to be taken for a path. */
function pathOf(target: string): string {
  return target.startsWith("/") ? (target.split("?", 1)[0] ?? "") : ""
}
