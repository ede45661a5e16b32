/** How the built-in pages look: Auth.js's `theme` option. Every value that is not understood is ignored. */
export interface PageTheme {
  /**
   * Forces one colour scheme; `auto` follows the reader's system.
   * @default "auto"
   */
  colorScheme?: "auto" | "dark" | "light"
  /** An image above every page: a path on this site, or an `https:` URL (its origin alone joins `img-src`). */
  logo?: string
  /** Colour of the main buttons, links and focus rings, as `#rgb` or `#rrggbb`. */
  brandColor?: string
  /** Text colour on `brandColor`; replaced by black or white where its contrast is below 4.5:1. */
  buttonText?: string
}

/** What every built-in page needs to know about the request that it answers. */
export interface PageContext {
  /** The path of the auth router as browsers see it, such as `/auth` or `/app/auth`. */
  basePath: string
  /** The host that people read on the page, such as `example.com`. */
  host: string
  /** The CSRF token that the page's forms carry. */
  csrfToken: string
  /** One object per config: what is derived from it is computed once and kept. */
  theme: PageTheme
}
