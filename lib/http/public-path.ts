import type { Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { readActionPath } from "./action-path.js"
import type { Mount, MountedAt } from "./mount.js"
import { trimSlash } from "./split-path.js"

interface App {
  readonly config: ResolvedConfig
  readonly mount: Mount
}

/**
 * Whether a request is for a path that an app-wide guard must leave public, because it redirects anonymous visitors
 * there: our own routes, and the app's pages configured in `pages`. Paths are compared literally, so that no other
 * spelling of a path becomes public.
 *
 * @returns `"route"` for a path of `ExpressAuth`, which may still not handle it; `"page"` for a page of the app
 */
export function publicPathOf(req: Request, { config, mount }: App): "route" | "page" | undefined {
  const path = trimSlash(req.baseUrl + req.path) || "/"
  const at = mountOrUndefined(config, mount)
  if (isOpenPage(req, (at?.prefix ?? "") + path, config)) return "page"
  if (!at) return
  const start = at.basePath.slice(at.prefix.length)
  const isBelow = path.startsWith(`${start}/`) && isPlain(path.slice(start.length))
  return isBelow && readActionPath(path.slice(start.length)) ? "route" : undefined
}

/**
 * Whether a path has neither encoded characters nor dot segments. An `express.static` between guard and mount would
 * decode `/auth/assets/..%2F..%2Fprivate` to a path outside the mount.
 */
function isPlain(tail: string): boolean {
  return /^(?:\/[\w~-][\w.~-]*)+$/.test(tail)
}

function mountOrUndefined(config: ResolvedConfig, mount: Mount): Omit<MountedAt, "tail"> | undefined {
  try {
    return mount.paths(config)
  } catch (error) {
    if (error instanceof ConfigError) return
    throw error
  }
}

/** Sign-in pages may post to themselves; the other pages are public for GET and HEAD only. */
function isOpenPage(req: Request, path: string, { pages }: ResolvedConfig): boolean {
  const isShown = req.method === "GET" || req.method === "HEAD"
  if (isPageAt(req, path, pages.signIn)) return isShown || req.method === "POST"
  return isShown && [pages.error, pages.verifyRequest].some((page) => isPageAt(req, path, page))
}

/** The query counts too: `/?view=login` does not make `/` public. */
function isPageAt(req: Request, path: string, page: string | undefined): boolean {
  if (!page?.startsWith("/")) return false
  const { pathname, searchParams } = new URL(page, "http://localhost")
  if ((trimSlash(pathname) || "/") !== path) return false
  const sent = new URLSearchParams(req.url.split("?", 2)[1] ?? "")
  return [...searchParams].every(([name, value]) => {
    const values = sent.getAll(name)
    return values.length === 1 && values[0] === value
  })
}
