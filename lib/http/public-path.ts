import type { Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { readActionPath } from "./action-path.js"
import type { Mount, MountedAt } from "./mount.js"
import { trimSlash } from "./split-path.js"

interface Known {
  readonly config: ResolvedConfig
  readonly mount: Mount
}

/**
 * What a guard of the whole app must not turn away, since it would send people there: our own routes, and the pages of
 * the app's own that stand for them. Paths count as they are spelled, so that no other spelling of a path is open.
 *
 * @returns `"route"` where `ExpressAuth` will answer, if it does; `"page"` for a page of the app
 */
export function publicPathOf(req: Request, { config, mount }: Known): "route" | "page" | undefined {
  const path = trimSlash(req.baseUrl + req.path) || "/"
  const at = whereKnown(config, mount)
  if (isOpenPage(req, (at?.prefix ?? "") + path, config)) return "page"
  if (!at) return
  const start = at.basePath.slice(at.prefix.length)
  const isBelow = path.startsWith(`${start}/`) && isPlain(path.slice(start.length))
  return isBelow && readActionPath(path.slice(start.length)) ? "route" : undefined
}

/**
 * Without encoded characters and dot segments. For `express.static` between guard and mount,
 * `/auth/assets/..%2F..%2Fprivate` is a path outside the mount.
 */
function isPlain(tail: string): boolean {
  return /^(?:\/[\w~-][\w.~-]*)+$/.test(tail)
}

function whereKnown(config: ResolvedConfig, mount: Mount): Omit<MountedAt, "tail"> | undefined {
  try {
    return mount.known(config)
  } catch (error) {
    if (error instanceof ConfigError) return
    throw error
  }
}

/** A sign-in page may post to itself; the others are only shown. */
function isOpenPage(req: Request, path: string, { pages }: ResolvedConfig): boolean {
  const isShown = req.method === "GET" || req.method === "HEAD"
  if (isPageAt(req, path, pages.signIn)) return isShown || req.method === "POST"
  return isShown && [pages.error, pages.verifyRequest].some((page) => isPageAt(req, path, page))
}

/** A page that is told apart by its query, such as `/?view=login`, opens no other of the same path. */
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
