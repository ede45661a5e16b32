import { textsOf } from "../texts/texts.js"
import type { PageContext } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import { renderPage } from "./render-page.js"
import type { SetUpCard } from "./set-up-card.js"

/**
 * Renders the page about a single provider that lacks credentials. For the developer only.
 *
 * @returns an HTML document, to send with `pageHeaders`
 */
export function renderSetUpPage(context: PageContext, card: SetUpCard): string {
  return renderPage({ ...context, ...textsOf("en") }, "set-up", {
    title: `Set up ${card.name}`,
    host: context.host,
    card,
    link: toSignInLink(context.basePath),
  })
}
