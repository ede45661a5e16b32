import type { PageContext } from "./page-context.js"
import { toPageLink, toSignInLink } from "./page-link.js"
import { renderPage } from "./render-page.js"

/** What the page between us and another site shows. */
export interface ContinuePage {
  /** Where the link leads; anything but `http:`, `https:` or a relative URL becomes the sign-in page. */
  url: string
  /** Who is there, such as "GitHub". */
  name?: string
}

/**
 * Renders the page that a browser sees for a moment on its way to a provider, with a link for those that stay.
 *
 * The page does not move on by itself: send it with a `Refresh: 0;url=…` header.
 *
 * @returns An HTML document, to be sent with `pageHeaders`.
 */
export function renderContinuePage(context: PageContext, page: ContinuePage): string {
  const to = page.name ? ` to ${page.name}` : ""
  return renderPage(context, "continue", {
    title: `Continuing${to}…`,
    link: `Continue${to}`,
    url: toPageLink(page.url, toSignInLink(context.basePath)),
  })
}
