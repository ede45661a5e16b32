import { type PageContext, siteNameOf } from "./page-context.js"
import { toRememberBox } from "./remember-box.js"
import { renderPage } from "./render-page.js"

/** The content of the page that a mailed link opens. */
export interface ConfirmEmailPage {
  /** The e-mail provider's id. */
  provider: string
  /** Where to go after the sign-in; already validated. */
  callbackUrl: string
  /** The link's token. */
  token: string
  /** The address to which the link was mailed, if the link contains it. */
  email?: string | undefined
  /** Shows "Keep me signed in", ticked or not; `undefined` hides it. */
  remember?: boolean | undefined
}

/**
 * Renders the page that a mailed link opens, with one button that signs in. Opening the link alone must not consume it,
 * because mail scanners open links too.
 *
 * @returns an HTML document; send it with `pageHeaders` and `Referrer-Policy: no-referrer`, since its URL holds the
 * token
 */
export function renderConfirmEmailPage(context: PageContext, page: ConfirmEmailPage): string {
  return renderPage(context, "confirm-email", {
    title: context.t("confirmEmail.heading"),
    host: siteNameOf(context),
    action: `${context.basePath}/callback/${encodeURIComponent(page.provider)}`,
    csrfToken: context.csrfToken,
    callbackUrl: page.callbackUrl,
    token: page.token,
    email: page.email,
    remember: page.remember === undefined ? undefined : toRememberBox(context, "remember", page.remember),
  })
}
