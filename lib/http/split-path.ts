import type { Request } from "express"

/** The path of a request, split at our mount. */
export interface SplitPath {
  /** The path of our mount within the app, without a trailing slash; empty if there is none. */
  readonly mount: string
  /** The rest of the path, e.g. `/signin/github`, without a trailing slash. */
  readonly tail: string
}

/**
 * Splits the path of a request at our mount: after `req.baseUrl`, or, for routes with a wildcard (`/auth/*` in Express
 * 4, `/auth/*splat` in Express 5), before the part that the wildcard matched.
 */
export function splitPath(req: Request): SplitPath {
  const raw = req.baseUrl + req.path
  const path = trimSlash(raw)
  const tail = wildcardTail(req, path, raw.length - path.length) ?? (req.baseUrl ? trimSlash(req.path) : path)
  return { mount: path.slice(0, path.length - tail.length), tail }
}

/**
 * Removes the wildcard from a route's path: `"/auth/*"`, `"/auth*"`, `"/auth/*splat"`, `"/auth/{*splat}"`,
 * `"/auth{/*splat}"` → `"/auth"`; `"*"` → `""`.
 */
export function stripWildcard(path: string): string {
  return path.replace(/\/?(?:\*\w*|\{\/?\*\w+\})$/, "")
}

/** Removes trailing slashes. A regular expression would take quadratic time for a path with thousands of slashes. */
export function trimSlash(path: string): string {
  let end = path.length
  while (path[end - 1] === "/") end--
  return path.slice(0, end)
}

function wildcardTail(req: Request, path: string, slashes: number): string | undefined {
  const matched = matchedByWildcard(req.params)
  if (matched === undefined) return isBareRoute(req, path) ? "" : undefined
  const wanted = withoutSlashes(matched, slashes)
  return wanted === "" ? "" : findTail(path, wanted)
}

/** Returns the decoded match of the wildcard: `params[0]` in Express 4, an array in Express 5. */
function matchedByWildcard(params: Record<string, unknown>): string | undefined {
  const splat = Object.values(params).findLast(Array.isArray)
  const matched = splat ? splat.join("/") : params["0"]
  return typeof matched === "string" ? matched : undefined
}

/** Whether a wildcard route matched without a parameter, as `app.all("/auth/{*splat}")` does for `/auth`. */
function isBareRoute(req: Request, path: string): boolean {
  const route: unknown = req.route?.path
  if (typeof route !== "string" || !route.includes("*")) return false
  return (req.baseUrl + stripWildcard(route)).toLowerCase() === path.toLowerCase()
}

function withoutSlashes(text: string, atMost: number): string {
  const trimmed = trimSlash(text)
  return text.slice(0, Math.max(trimmed.length, text.length - atMost))
}

/**
 * Finds the end of a raw path that decodes to `wanted`. Compares by segment, because a segment can contain an encoded
 * slash, even at its end, which must not make the match shorter. A bare wildcard, `router.use("*")`, also matches the
 * slash before the first segment.
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
