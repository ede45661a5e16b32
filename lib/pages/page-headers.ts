import type { PageTheme } from "./page-context.js"
import { resolveTheme } from "./resolve-theme.js"

const headers = new WeakMap<PageTheme, Record<string, string>>()

/**
 * Returns the response headers of every built-in page: no inline code, nothing from another host, no framing, no
 * caching. The only exception is `theme.logo` on another host, whose origin is added to `img-src`.
 *
 * @returns one frozen object per theme, with lower-case names
 */
export function pageHeaders(theme: PageTheme): Record<string, string> {
  const known = headers.get(theme)
  if (known) return known
  const fresh = Object.freeze({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": toPolicy(resolveTheme(theme).logoOrigin),
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  })
  headers.set(theme, fresh)
  return fresh
}

function toPolicy(logoOrigin: string | undefined): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    `img-src 'self'${logoOrigin ? ` ${logoOrigin}` : ""}`,
    "form-action 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ")
}
