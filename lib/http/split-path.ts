import type { Request } from "express"

export interface SplitPath {
  /** The path our mount has inside the app, without a trailing slash; empty when there is none. */
  readonly mount: string
  /** What follows it, e.g. `/signin/github`, without a trailing slash. */
  readonly tail: string
}

/**
 * Splits the path of a request where Express matched our mount: after `req.baseUrl`, or, where a wildcard matched the
 * rest (`/auth/*` of Express 4, `/auth/*splat` of Express 5), before what the wildcard took.
 */
export function splitPath(req: Request): SplitPath {
  const raw = req.baseUrl + req.path
  const path = trimSlash(raw)
  const tail = wildcardTail(req, path, raw.length - path.length) ?? (req.baseUrl ? trimSlash(req.path) : path)
  return { mount: path.slice(0, path.length - tail.length), tail }
}

/** `"/auth/*"`, `"/auth*"`, `"/auth/*splat"`, `"/auth/{*splat}"`, `"/auth{/*splat}"` → `"/auth"`; `"*"` → `""`. */
export function stripWildcard(path: string): string {
  return path.replace(/\/?(?:\*\w*|\{\/?\*\w+\})$/, "")
}

/** By hand: a regular expression takes quadratic time for a path of thousands of slashes. */
export function trimSlash(path: string): string {
  let end = path.length
  while (path[end - 1] === "/") end--
  return path.slice(0, end)
}

export function samePath(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function wildcardTail(req: Request, path: string, slashes: number): string | undefined {
  const matched = matchedByWildcard(req.params)
  if (matched === undefined) return isBareRoute(req, path) ? "" : undefined
  const wanted = withoutSlashes(matched, slashes)
  return wanted === "" ? "" : findTail(path, wanted)
}

/** `params[0]` in Express 4, an array in Express 5; decoded in both. */
function matchedByWildcard(params: Record<string, unknown>): string | undefined {
  const splat = Object.values(params).findLast(Array.isArray)
  const matched = splat ? splat.join("/") : params["0"]
  return typeof matched === "string" ? matched : undefined
}

/** `app.all("/auth/{*splat}")` matches `/auth` too, and then has no parameter. */
function isBareRoute(req: Request, path: string): boolean {
  const route: unknown = req.route?.path
  return (
    typeof route === "string" && route.includes("*") && samePath(req.baseUrl + stripWildcard(route), path)
  )
}

function withoutSlashes(text: string, atMost: number): string {
  const trimmed = trimSlash(text)
  return text.slice(0, Math.max(trimmed.length, text.length - atMost))
}

/**
 * Finds the end of a raw path that decodes to `wanted`. Segment by segment: a segment may hold an encoded slash, and
 * one that hides a slash at its end must not count as a shorter path. A bare wildcard, `router.use("*")`, matches the
 * slash before the first segment too.
 */
function findTail(path: string, wanted: string): string | undefined {
  let rest = wanted
  for (let end = path.length; end > 0; ) {
    const slash = path.lastIndexOf("/", end - 1)
    const segment = decode(path.slice(slash + 1, end))
    if (rest === "" && segment !== "") return path.slice(end)
    if (slash < 0 || !rest.endsWith(segment)) return
    rest = rest.slice(0, rest.length - segment.length)
    if (rest === "") return path.slice(slash)
    if (!rest.endsWith("/")) return
    rest = rest.slice(0, -1)
    end = slash
  }
  return rest === "" ? path : undefined
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
