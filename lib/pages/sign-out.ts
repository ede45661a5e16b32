import { type PageContext, siteNameOf } from "./page-context.js"
import { isOnHost, toSignInLink } from "./page-link.js"
import { renderPage } from "./render-page.js"

/** The content of the sign-out page. */
export interface SignOutPage {
  /** Where to go after the sign-out; already validated. */
  callbackUrl: string
  /** Whether to end the session at the provider too. @default false */
  idp?: boolean
  /** Whether there is no session to end: the page says so. @default false */
  isSignedOut?: boolean
}

/**
 * Renders the page that asks whether to sign out.
 *
 * @returns an HTML document; send it with `pageHeaders`
 */
export function renderSignOutPage(context: PageContext, page: SignOutPage): string {
  return renderPage(context, "sign-out", {
    title: context.t(page.isSignedOut ? "signOut.signedOut" : "signOut.title"),
    host: siteNameOf(context),
    action: `${context.basePath}/signout`,
    csrfToken: context.csrfToken,
    callbackUrl: page.callbackUrl,
    idp: page.idp ?? false,
    signIn: page.isSignedOut ? toSignInLink(context.basePath, page.callbackUrl) : undefined,
    cancel: isOnHost(page.callbackUrl, context.host) ? page.callbackUrl : undefined,
  })
}
