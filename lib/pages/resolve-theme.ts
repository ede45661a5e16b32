import type { PageTheme } from "./page-context.js"
import { renderThemeCss } from "./theme-css.js"

/** A validated theme and what is derived from it. */
export interface ResolvedTheme {
  /** The validated colour scheme. */
  colorScheme: "auto" | "dark" | "light"
  /** The value of `<meta name="color-scheme">`. */
  supportedSchemes: string
  /** The logo's URL. */
  logo: string | undefined
  /** The logo's origin, for `img-src`, if it is not our own. */
  logoOrigin: string | undefined
  /** The style sheet with the colours. */
  css: string
}

const resolved = new WeakMap<PageTheme, ResolvedTheme>()

/**
 * Validates a theme and derives its style sheet, once per theme object. Ignores invalid values, so that a theme can
 * break neither a page nor its headers.
 *
 * @param theme the app's `theme` option; not mutated
 */
export function resolveTheme(theme: PageTheme): ResolvedTheme {
  const known = resolved.get(theme)
  if (known) return known
  const colorScheme =
    theme.colorScheme === "dark" || theme.colorScheme === "light" ? theme.colorScheme : "auto"
  const resolvedTheme: ResolvedTheme = {
    colorScheme,
    supportedSchemes: colorScheme === "auto" ? "light dark" : colorScheme,
    ...resolveLogo(theme.logo),
    css: renderThemeCss({ colorScheme, brandColor: theme.brandColor, buttonText: theme.buttonText }),
  }
  resolved.set(theme, resolvedTheme)
  return resolvedTheme
}

type Logo = Pick<ResolvedTheme, "logo" | "logoOrigin">

const NO_LOGO: Logo = { logo: undefined, logoOrigin: undefined }
const LOCAL = "https://local.invalid"

function resolveLogo(logo: unknown): Logo {
  if (typeof logo !== "string" || logo === "" || !URL.canParse(logo, LOCAL)) return NO_LOGO
  const url = new URL(logo, LOCAL)
  if (url.origin === LOCAL)
    return /^[\w/.~-][^\\]*$/.test(logo) && !URL.canParse(logo) ? toLocalLogo(logo) : NO_LOGO
  // The origin becomes part of a header, where a host's ";" or "*" would have a meaning.
  const plain = /^https:\/\/[a-z0-9.-]+(?::\d+)?$/.test(url.origin)
  if (!plain || !/^https:\/\//i.test(logo) || url.username || url.password) return NO_LOGO
  return { logo: url.href, logoOrigin: url.origin }
}

function toLocalLogo(logo: string): Logo {
  return { logo, logoOrigin: undefined }
}
