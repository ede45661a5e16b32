import type { PageContext } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import { renderPage } from "./render-page.js"

/**
 * Renders the page that follows an email sign-in: "Check your email".
 *
 * It says the same for every address, so that it tells no one which addresses have an account.
 *
 * @returns An HTML document, to be sent with `pageHeaders`.
 */
export function renderVerifyRequestPage(context: PageContext, _page: Record<never, never>): string {
  return renderPage(context, "verify-request", {
    title: "Check your email",
    host: context.host,
    tryAgain: toSignInLink(context.basePath),
  })
}
