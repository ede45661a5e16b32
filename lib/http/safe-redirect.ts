import type { ResolvedConfig } from "../config/resolve-config.js"

/**
 * Reads a URL that a visitor could have written and keeps it only when a browser would stay on our origin, or
 * go to one of `trustedOrigins`. The same parser as the browser's decides (WHATWG URL), so that no spelling means two things.
 *
 * @returns the absolute URL, or `undefined`
 */
export function toSafeUrl(
  candidate: unknown,
  origin: string,
  trustedOrigins: readonly string[] = [],
): string | undefined {
  const url = parseUrl(candidate, origin)
  if (!url || url.username || url.password) return
  return url.origin === origin || trustedOrigins.includes(url.origin) ? url.href : undefined
}

/**
 * Where to go after sign-in or sign-out: the candidate as `callbacks.redirect` sees fit, else the root of our
 * origin. Without a callback of the user's only our own origin and `trustedOrigins` are allowed.
 */
export async function resolveDestination(
  candidate: unknown,
  origin: string,
  { callbacks, trustedOrigins }: Pick<ResolvedConfig, "callbacks" | "trustedOrigins">,
): Promise<string> {
  const fallback = `${origin}/`
  if (!callbacks.redirect) return toSafeUrl(candidate, origin, trustedOrigins) ?? fallback
  const url = parseUrl(candidate, origin)
  const chosen = await callbacks.redirect({ url: spell(url, origin) ?? fallback, baseUrl: origin })
  return parseUrl(chosen, origin)?.href ?? fallback
}

/** A path for our own origin, an absolute URL for any other: what callbacks written for Auth.js expect. */
function spell(url: URL | undefined, origin: string): string | undefined {
  if (url?.origin !== origin || url.pathname.startsWith("//")) return url?.href
  return url.pathname + url.search + url.hash
}

function parseUrl(candidate: unknown, origin: string): URL | undefined {
  if (typeof candidate !== "string" || candidate === "" || candidate.length > 4096) return
  if (!URL.canParse(candidate, origin)) return
  const url = new URL(candidate, origin)
  return /^https?:$/.test(url.protocol) ? url : undefined
}
