import type { PageTheme } from "./page-context.js"
import { resolveTheme } from "./resolve-theme.js"

const headers = new WeakMap<PageTheme, Record<string, string>>()

/**
 * Returns the response headers of every built-in page: no inline code, nothing from another host, no framing, no
 * caching. The only exceptions are `theme.logo` on another host, whose origin is added to `img-src`, and inline code with
 * the nonce of the app, for its own templates.
 *
 * @returns without a nonce, one frozen object per theme, with lower-case names
 */
export function pageHeaders(theme: PageTheme, nonce?: string): Record<string, string> {
  const known = headers.get(theme) ?? createHeaders(theme)
  headers.set(theme, known)
  return nonce === undefined ? known : { ...known, "content-security-policy": toPolicy(theme, nonce) }
}

function createHeaders(theme: PageTheme): Record<string, string> {
  return Object.freeze({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": toPolicy(theme),
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  })
}

/** @param nonce valid base64 */
function toPolicy(theme: PageTheme, nonce?: string): string {
  const { logoOrigin } = resolveTheme(theme)
  const own = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`
  return [
    "default-src 'none'",
    `style-src ${own}`,
    `img-src 'self'${logoOrigin ? ` ${logoOrigin}` : ""}`,
    "form-action 'self'",
    `script-src ${own}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ")
}
