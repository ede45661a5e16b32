import type { PageContext } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import type { PageProvider } from "./page-provider.js"
import { toProviderViews } from "./provider-view.js"
import { renderPage } from "./render-page.js"
import { toSignInGroups } from "./sign-in-groups.js"
import { getSignInMessage } from "./sign-in-message.js"

export type { PageField, PageProvider } from "./page-provider.js"

/** What the sign-in page shows. */
export interface SignInPage {
  /** In the order in which they are shown; keep the objects from request to request. */
  providers: PageProvider[]
  /** Where to go afterwards, already checked. */
  callbackUrl: string
  /** An error code of Auth.js; unknown ones are never shown. */
  error?: string
  /** The `code` beside `error`; never shown. */
  code?: string
  /** Fills in the email field. */
  email?: string
  /** The only provider to show, by id; where there is no such provider, all are shown. */
  provider?: string
}

/**
 * Renders the sign-in page: provider buttons, then email forms, then credentials forms; or one provider alone.
 *
 * @returns An HTML document, to be sent with `pageHeaders`.
 */
export function renderSignInPage(context: PageContext, page: SignInPage): string {
  const all = toProviderViews(page.providers)
  const only = all.find((provider) => provider.id === page.provider)
  const shown = only ? [only] : all
  const message = getSignInMessage(page.error, page.code, only?.label)
  const heading = only ? `Continue with ${only.label}` : "Sign in"
  return renderPage(context, "sign-in", {
    title: message && !message.calm ? `Error: ${heading}` : heading,
    heading,
    lead: only ? "to sign in to" : "to continue to",
    host: context.host,
    message,
    scripts: shown.some(({ type }) => type === "webauthn") ? ["passkey.js"] : [],
    groups: toSignInGroups(shown, {
      ...{ context, page, message, alone: only !== undefined },
      mails: all.some(({ type }) => type === "email"),
    }),
    otherWays: only && all.length > 1 ? toSignInLink(context.basePath, page.callbackUrl) : undefined,
  })
}
