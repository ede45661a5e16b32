import type { PageTheme } from "./page-context.js"
import { renderThemeCss } from "./theme-css.js"

/** A theme with everything checked and derived. */
export interface ResolvedTheme {
  colorScheme: "auto" | "dark" | "light"
  /** The value of `<meta name="color-scheme">`. */
  supportedSchemes: string
  logo: string | undefined
  /** The origin that `img-src` must allow for the logo, where that is not our own. */
  logoOrigin: string | undefined
  /** The style sheet that sets the colours. */
  css: string
}

const resolved = new WeakMap<PageTheme, ResolvedTheme>()

/**
 * Checks a theme and derives its style sheet, once per theme object.
 *
 * A value that is not understood is ignored: a theme can spoil neither a page nor its headers.
 *
 * @param theme What the user wrote; not mutated.
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
  // The origin is written into a header: a host may hold ";" or "*", which mean something there.
  const plain = /^https:\/\/[a-z0-9.-]+(?::\d+)?$/.test(url.origin)
  if (!plain || !/^https:\/\//i.test(logo) || url.username || url.password) return NO_LOGO
  return { logo: url.href, logoOrigin: url.origin }
}

function toLocalLogo(logo: string): Logo {
  return { logo, logoOrigin: undefined }
}
