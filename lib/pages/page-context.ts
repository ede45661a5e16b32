import type { Texts } from "../texts/texts.js"
import type { OwnViews } from "../views/own-views.js"

/** The look of the built-in pages: Auth.js's `theme` option. Invalid values are ignored. */
export interface PageTheme {
  /**
   * The colour scheme; `auto` follows the visitor's system.
   *
   * @default "auto"
   */
  colorScheme?: "auto" | "dark" | "light"
  /**
   * An image above every page: a path on this site, or an `https:` URL, whose origin is added to `img-src`.
   *
   * @default no image
   */
  logo?: string
  /**
   * Colour of the main buttons, links and focus rings, as `#rgb` or `#rrggbb`.
   *
   * @default a blue
   */
  brandColor?: string
  /**
   * Text colour on `brandColor`, as `#rgb` or `#rrggbb`; replaced by black or white if its contrast is below 4.5:1.
   *
   * @default black or white
   */
  buttonText?: string
  /** The name of the app. @default the host */
  name?: string
  /** Links below every page; already checked. @default none */
  links?: { terms?: string; privacy?: string; support?: string }
}

/** The look of a page or a mail. */
export interface PageLook {
  /** The theme. Pass the same object every time: values derived from it are cached per object. */
  theme: PageTheme
  /** The app's own templates and style sheet. @default ours */
  views?: OwnViews | undefined
  /** The nonce of the app's Content Security Policy, for its own templates. @default none */
  nonce?: string | undefined
}

/** What every built-in page needs to know about its request, with the texts in its language. */
export interface PageContext extends Texts, PageLook {
  /** The path of the auth router as browsers see it, e.g. `/auth` or `/app/auth`. */
  basePath: string
  /** The host shown on the page, e.g. `example.com`. */
  host: string
  /** The CSRF token of the page's forms. */
  csrfToken: string
  /** Whether the page contains its style sheets as `data:` URLs, because our routes may not answer. @default false */
  isSelfContained?: boolean
}

/** Returns what pages call the app: its name, or else its host. */
export function siteNameOf({ theme, host }: Pick<PageContext, "theme" | "host">): string {
  return theme.name || host
}
