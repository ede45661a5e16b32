import type { PageContext } from "./page-context.js"
import { toRememberBox } from "./remember-box.js"
import { renderPage } from "./render-page.js"

/** What the page behind a mailed link shows. */
export interface ConfirmEmailPage {
  /** Id of the e-mail provider. */
  provider: string
  /** Where to go afterwards, already checked. */
  callbackUrl: string
  /** The token of the link. */
  token: string
  /** The address the link was mailed to, where the link says it. */
  email?: string
  /** Asks whether to stay signed in, with the box ticked or not. */
  remember?: boolean
}

/**
 * Renders the page that a mailed link opens: one button that signs in. Mail scanners open links too, and must not use
 * them up.
 *
 * @returns An HTML document, to be sent with `pageHeaders` and `Referrer-Policy: no-referrer`, since its URL is a key.
 */
export function renderConfirmEmailPage(context: PageContext, page: ConfirmEmailPage): string {
  return renderPage(context, "confirm-email", {
    title: "Sign in",
    host: context.host,
    action: `${context.basePath}/callback/${encodeURIComponent(page.provider)}`,
    csrfToken: context.csrfToken,
    callbackUrl: page.callbackUrl,
    token: page.token,
    email: page.email,
    remember: page.remember === undefined ? undefined : toRememberBox("remember", page.remember),
  })
}
