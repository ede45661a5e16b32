import type { PageContext } from "./page-context.js"
import { isOnHost } from "./page-link.js"
import { renderPage } from "./render-page.js"

/** What the sign-out page shows. */
export interface SignOutPage {
  /** Where to go afterwards, already checked. */
  callbackUrl: string
  /** Whether the session at the provider is to end too. */
  idp?: boolean
}

/**
 * Renders the page that asks whether to sign out.
 *
 * @returns An HTML document, to be sent with `pageHeaders`.
 */
export function renderSignOutPage(context: PageContext, page: SignOutPage): string {
  return renderPage(context, "sign-out", {
    title: "Sign out",
    host: context.host,
    action: `${context.basePath}/signout`,
    csrfToken: context.csrfToken,
    callbackUrl: page.callbackUrl,
    idp: page.idp ?? false,
    cancel: isOnHost(page.callbackUrl, context.host) ? page.callbackUrl : undefined,
  })
}
