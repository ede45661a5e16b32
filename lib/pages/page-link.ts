const BASE = "http://local.invalid"

/**
 * Keeps a link from running anything: only `http:`, `https:` and relative URLs pass.
 *
 * @param fallback What to link to instead.
 */
export function toPageLink(url: string, fallback: string): string {
  if (!URL.canParse(url, BASE)) return fallback
  const { protocol } = new URL(url, BASE)
  return protocol === "https:" || protocol === "http:" ? url : fallback
}

/**
 * Finds out whether a URL stays on the host whose page links to it.
 *
 * @param host The host with its port, as in `PageContext`.
 */
export function isOnHost(url: string, host: string): boolean {
  if (!URL.canParse(url, BASE)) return false
  const target = new URL(url, BASE)
  if (target.origin === BASE) return true
  return (target.protocol === "https:" || target.protocol === "http:") && target.host === host
}

/** The sign-in page, which returns to `callbackUrl` where there is one. */
export function toSignInLink(basePath: string, callbackUrl?: string): string {
  const query = callbackUrl ? `?${new URLSearchParams({ callbackUrl })}` : ""
  return `${basePath}/signin${query}`
}
