const BASE = "http://local.invalid"

/**
 * Returns a URL if it is `http:`, `https:` or relative, so that a link can never run a script.
 *
 * @param fallback returned instead of any other URL
 */
export function toPageLink(url: string, fallback: string): string {
  if (!URL.canParse(url, BASE)) return fallback
  const { protocol } = new URL(url, BASE)
  return protocol === "https:" || protocol === "http:" ? url : fallback
}

/**
 * Whether a URL leads to the given host, or is relative.
 *
 * @param host the host with its port, as in `PageContext`
 */
export function isOnHost(url: string, host: string): boolean {
  if (!URL.canParse(url, BASE)) return false
  const target = new URL(url, BASE)
  if (target.origin === BASE) return true
  return (target.protocol === "https:" || target.protocol === "http:") && target.host === host
}

/** Returns the path of the sign-in page, which leads to `callbackUrl` afterwards if given. */
export function toSignInLink(basePath: string, callbackUrl?: string): string {
  const query = callbackUrl ? `?${new URLSearchParams({ callbackUrl })}` : ""
  return `${basePath}/signin${query}`
}
