import type { TextKey } from "../texts/en.js"
import { focusOnOneForm } from "./focus-methods.js"
import { type PageContext, siteNameOf } from "./page-context.js"
import { toPageLink, toSignInLink } from "./page-link.js"
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
export function renderSignInPage(context: PageContext, given: SignInInput): string {
  const page = withoutNeedlessError(given)
  const all = toProviderViews(page.providers, context)
  const only = all.find((provider) => provider.id === page.provider)
  const message = messageOf(context, page, only)
  const several = page.showsAll ? all : focusOnOneForm(all, page, message?.target)
  const shown = only ? [only] : several
  const { heading, lead, ...greeting } = greetingOf(context, page, only)
  const groups = toSignInGroups(shown, {
    ...{ context, page, message, alone: only !== undefined, focuses: !greeting.goOn },
    mails: all.some(({ type }) => type === "email"),
  })
  return renderPage(context, "sign-in", {
    title: message && !message.calm ? context.t("page.errorTitle", { title: heading }) : heading,
    ...{ heading, lead, ...greeting },
    host: siteNameOf(context),
    user: page.visitor?.name,
    message,
    scripts: scriptsOf(shown),
    groups: withRememberBoxes(context, groups, page),
    setup: only ? undefined : toSetUpSection(page),
    ...linksOf(context, page, { isAlone: only !== undefined, left: all.length - shown.length }),
  })
}

/** A guard has sent the visitor here, who has signed in since then, in another tab. */
function withoutNeedlessError(page: SignInInput): SignInInput {
  const isNeedless = page.visitor && page.error === "SessionRequired" && !isStepUp(page)
  return isNeedless ? { ...page, error: undefined } : page
}

function messageOf(context: PageContext, page: SignInInput, only: ProviderView | undefined) {
  const wait = page.retryAfter === undefined ? undefined : getWaitMessage(context, page.retryAfter)
  const failure = { error: page.error, code: page.code, provider: only?.label }
  return withOwnText(page, wait ?? getSignInMessage(context, failure))
}

/** What the page says to a visitor, and where those who are signed in can go on or sign out. */
interface Greeting {
  readonly heading: string
  readonly lead: TextKey
  readonly goOn?: string
  readonly signOut?: string
}

function greetingOf(context: PageContext, page: SignInInput, only: ProviderView | undefined): Greeting {
  const { t, basePath } = context
  const { visitor, callbackUrl } = page
  if (only) return { heading: only.continueWith, lead: "signIn.leadSingle" }
  const known = visitor?.name !== undefined
  const signOut = `${basePath}/signout?${new URLSearchParams({ callbackUrl })}`
  if (visitor && isStepUp(page))
    return { heading: t("signIn.confirm"), lead: known ? "signIn.leadConfirm" : "signIn.lead", signOut }
  if (visitor && !page.error)
    return {
      heading: t("signIn.signedIn"),
      lead: known ? "signIn.leadSignedIn" : "signIn.lead",
      goOn: toPageLink(callbackUrl, basePath),
      signOut,
    }
  return { heading: t("signIn.heading"), lead: "signIn.lead" }
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
