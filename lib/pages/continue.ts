import type { PageContext } from "./page-context.js"
import { toPageLink, toSignInLink } from "./page-link.js"
import { renderPage } from "./render-page.js"

/** The content of the page. */
export interface ContinuePage {
  /** The link's target. Anything but `http:`, `https:` or a relative URL becomes the sign-in page. */
  url: string
  /** The name of the site, e.g. "GitHub". */
  name?: string
}

/**
 * Renders the page that a browser shows briefly on its way to a provider, with a link for browsers that do not move on.
 *
 * Send it with a `Refresh: 0;url=…` header: the page itself does not redirect.
 *
 * @returns an HTML document; send it with `pageHeaders`
 */
export function renderContinuePage(context: PageContext, page: ContinuePage): string {
  const { t } = context
  const { name } = page
  return renderPage(context, "continue", {
    title: name ? t("continue.headingTo", { provider: name }) : t("continue.heading"),
    link: name ? t("continue.linkTo", { provider: name }) : t("continue.link"),
    url: toPageLink(page.url, toSignInLink(context.basePath)),
  })
}
