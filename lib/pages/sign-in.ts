import { type PageContext, siteNameOf } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import { toProviderViews } from "./provider-view.js"
import { withRememberBoxes } from "./remember-box.js"
import { renderPage } from "./render-page.js"
import { toSignInGroups } from "./sign-in-groups.js"
import type { SignInInput } from "./sign-in-input.js"
import { getSignInMessage, getWaitMessage, type SignInMessage } from "./sign-in-message.js"

/**
 * Renders the sign-in page: provider buttons, then e-mail forms, then credentials forms; or a single provider. Below
 * them, providers that lack credentials.
 *
 * @returns an HTML document; send it with `pageHeaders`
 */
export function renderSignInPage(context: PageContext, page: SignInInput): string {
  const { t } = context
  const all = toProviderViews(page.providers, context)
  const only = all.find((provider) => provider.id === page.provider)
  const shown = only ? [only] : all
  const wait = page.retryAfter === undefined ? undefined : getWaitMessage(context, page.retryAfter)
  const failure = { error: page.error, code: page.code, provider: only?.label }
  const message = withOwnText(page, wait ?? getSignInMessage(context, failure))
  const heading = only ? only.continueWith : t("signIn.heading")
  const groups = toSignInGroups(shown, {
    ...{ context, page, message, alone: only !== undefined },
    mails: all.some(({ type }) => type === "email"),
  })
  return renderPage(context, "sign-in", {
    title: message && !message.calm ? t("page.errorTitle", { title: heading }) : heading,
    heading,
    lead: only ? "signIn.leadSingle" : "signIn.lead",
    host: siteNameOf(context),
    message,
    scripts: shown.some(({ type }) => type === "webauthn") ? ["passkey.js"] : [],
    groups: withRememberBoxes(context, groups, page),
    setup: only ? undefined : toSetUpSection(page),
    otherWays: only && all.length > 1 ? toSignInLink(context.basePath, page.callbackUrl) : undefined,
  })
}

/** A single card is open, so that the first visit shows what to do. */
function toSetUpSection({ toSetUp: cards = [] }: SignInInput) {
  return cards.length === 0 ? undefined : { cards, open: cards.length === 1 }
}

/** Both codes come from the page's URL, so they only serve as keys and are never shown. */
function withOwnText(
  { messages = {}, error = "", code = "", typed }: SignInInput,
  message: SignInMessage | undefined,
): SignInMessage | undefined {
  if (message && typed?.message) return { ...message, text: typed.message }
  const codes = error === "CredentialsSignin" ? [code, error] : [error]
  const key = codes.find((name) => Object.hasOwn(messages, name))
  return message && key !== undefined ? { ...message, text: messages[key] ?? message.text } : message
}
