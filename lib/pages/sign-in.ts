import type { PageContext } from "./page-context.js"
import { toSignInLink } from "./page-link.js"
import type { PageProvider } from "./page-provider.js"
import { toProviderViews } from "./provider-view.js"
import { withRememberBoxes } from "./remember-box.js"
import { renderPage } from "./render-page.js"
import { toSignInGroups } from "./sign-in-groups.js"
import { getSignInMessage, getWaitMessage, type SignInMessage } from "./sign-in-message.js"

export type { PageField, PageProvider } from "./page-provider.js"

/** What somebody typed into the form of one provider, at a try that failed. */
export interface TypedValues {
  /** Its id. */
  readonly provider: string
  /** By field; no passwords. */
  readonly values: Readonly<Record<string, string>>
  /** What the provider said to it, instead of our own words. */
  readonly message?: string
  /** Whether "Keep me signed in" was ticked. */
  readonly remembered?: boolean | undefined
}

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
  /** Seconds until there may be another try, where there were too many. */
  retryAfter?: number
  /** The app's own texts, by the `code` of a `CredentialsSignin` or by error code. */
  messages?: Readonly<Record<string, string>>
  /** Fills in the email field. */
  email?: string
  /** Fills in the form that was sent last. */
  typed?: TypedValues
  /** Asks whether to stay signed in, with the box ticked or not. */
  remember?: boolean
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
  const said = page.retryAfter === undefined ? undefined : getWaitMessage(page.retryAfter)
  const message = withOwnText(page, said ?? getSignInMessage(page.error, page.code, only?.label))
  const heading = only ? `Continue with ${only.label}` : "Sign in"
  const groups = toSignInGroups(shown, {
    ...{ context, page, message, alone: only !== undefined },
    mails: all.some(({ type }) => type === "email"),
  })
  return renderPage(context, "sign-in", {
    title: message && !message.calm ? `Error: ${heading}` : heading,
    heading,
    lead: only ? "to sign in to" : "to continue to",
    host: context.host,
    message,
    scripts: shown.some(({ type }) => type === "webauthn") ? ["passkey.js"] : [],
    groups: withRememberBoxes(groups, page),
    otherWays: only && all.length > 1 ? toSignInLink(context.basePath, page.callbackUrl) : undefined,
  })
}

/** Looked up, never copied: both codes come with the address of the page. */
function withOwnText(
  { messages = {}, error = "", code = "", typed }: SignInPage,
  message: SignInMessage | undefined,
): SignInMessage | undefined {
  if (message && typed?.message) return { ...message, text: typed.message }
  const codes = error === "CredentialsSignin" ? [code, error] : [error]
  const key = codes.find((one) => Object.hasOwn(messages, one))
  return message && key !== undefined ? { ...message, text: messages[key] ?? message.text } : message
}
