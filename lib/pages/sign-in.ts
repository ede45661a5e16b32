import { focusOnOneForm } from "./focus-methods.js"
import { type PageContext, siteNameOf } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import { type ProviderView, toProviderViews } from "./provider-view.js"
import { withRememberBoxes } from "./remember-box.js"
import { renderPage } from "./render-page.js"
import { isStepUp, toSignInGroups } from "./sign-in-groups.js"
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
  const wait = page.retryAfter === undefined ? undefined : getWaitMessage(context, page.retryAfter)
  const failure = { error: page.error, code: page.code, provider: only?.label }
  const message = withOwnText(page, wait ?? getSignInMessage(context, failure))
  const several = page.showsAll ? all : focusOnOneForm(all, page, message?.target)
  const shown = only ? [only] : several
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
    scripts: scriptsOf(shown),
    groups: withRememberBoxes(context, groups, page),
    setup: only ? undefined : toSetUpSection(page),
    ...linksOf(context, page, { isAlone: only !== undefined, left: all.length - shown.length }),
  })
}

function scriptsOf(shown: readonly ProviderView[]): string[] {
  const isSecret = ({ fields }: ProviderView) => fields.some(({ type }) => type === "password")
  return [
    ...(shown.some(({ type }) => type === "webauthn") ? ["passkey.js"] : []),
    ...(shown.some(isSecret) ? ["reveal.js"] : []),
  ]
}

/** Where the ways to sign in are that this page does not show. */
function linksOf(
  { basePath }: PageContext,
  page: SignInInput,
  { isAlone, left }: { isAlone: boolean; left: number },
): { otherWays?: string; anotherMethod?: string } {
  if (left === 0) return {}
  if (isAlone) return { otherWays: toSignInLink(basePath, page.callbackUrl) }
  const { code = "", hints } = page
  const again = isStepUp(page) ? { error: "SessionRequired", code } : {}
  const query = new URLSearchParams({ callbackUrl: page.callbackUrl, ...hints, ...again, methods: "all" })
  return { anotherMethod: `${basePath}/signin?${query}` }
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
