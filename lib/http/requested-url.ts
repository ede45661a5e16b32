import type { AuthContext } from "./auth-context.js"

/** Returns the requested page as an absolute URL: a path such as `//evil.example` would be read as another host. */
export function requestedUrl({
  req,
  origin,
  prefix,
}: Pick<AuthContext, "req" | "origin" | "prefix">): string {
  return origin + prefix + pathOf(req.originalUrl, origin)
}

/** Request targets may be absolute (`GET http://evil.example/ HTTP/1.1`); Express routes by their path. */
function pathOf(target: string, origin: string): string {
  if (target.startsWith("/")) return target
  const url = URL.canParse(target, origin) ? new URL(target, origin) : undefined
  return url ? url.pathname + url.search : "/"
}
