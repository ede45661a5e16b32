import type { FieldView } from "./field-view.js"
import type { PageContext } from "./page-context.js"
import { scriptMessages } from "./passkey-methods.js"
import type { ProviderIcon } from "./provider-icon.js"
import { renderPage } from "./render-page.js"

/** The content of the account page. */
export interface AccountPage {
  /** What has just happened, or failed. */
  message?: { readonly text: string; readonly calm: boolean } | undefined
  /** The sections, in the order of the page. Each has a template in `views/partials/account`. */
  sections: readonly AccountSectionView[]
}

/** A section of the account page. */
export type AccountSectionView =
  | ProfileView
  | AddressView
  | MethodsView
  | SessionsView
  | ActivityView
  | DataView
  | DeletionView

interface Section<Id extends string> {
  /** The section's id in the page, and the name of its template. */
  readonly id: Id
  /** The text of the section's heading. */
  readonly heading: string
}

/** The profile. */
export interface ProfileView extends Section<"profile"> {
  /** The inputs of the form; empty if the profile cannot be changed. */
  readonly fields: readonly FieldView[]
  /** The name, if it is only shown. */
  readonly name: string | null
}

/** The e-mail address. */
export interface AddressView extends Section<"email"> {
  /** The user's address. */
  readonly email: string | null
  /** Whether the address was proven. */
  readonly isProven: boolean
  /** The input for a new address; absent if the address cannot be changed. */
  readonly field?: FieldView
}

/** An account at a provider. */
export interface AccountView {
  /** The provider's id. */
  readonly provider: string
  /** The account's id at the provider. */
  readonly providerAccountId: string
  /** The provider's display name. */
  readonly name: string
  /** The provider's icon. */
  readonly icon: ProviderIcon
}

/** A passkey. */
export interface PasskeyView {
  /** The passkey's id. */
  readonly id: string
  /** Its name, or a text for one without. */
  readonly name: string
  /** Where it is kept. */
  readonly about: string
  /** The input for a new name; absent if passkeys cannot be renamed. */
  readonly field?: FieldView
  /** Whether it can be removed. */
  readonly canRemove: boolean
}

/** A provider at which an account can be linked. */
export interface LinkableView {
  /** The form's action. */
  readonly action: string
  /** The text of the button. */
  readonly submit: string
  /** The provider's icon. */
  readonly icon: ProviderIcon
}

/** The ways to sign in. */
export interface MethodsView extends Section<"methods"> {
  /** The accounts at providers. */
  readonly accounts: readonly AccountView[]
  /** The passkeys. */
  readonly passkeys: readonly PasskeyView[]
  /** The address at which mailed links sign in. */
  readonly mailTo: string | undefined
  /** The providers at which an account can be linked. */
  readonly linkable: readonly LinkableView[]
  /** The action of the form that adds a passkey; absent if there are none. */
  readonly addPasskey?: string
  /** Where the forms of other routes come back to. */
  readonly callbackUrl: string
}

/** A session. */
export interface SessionView {
  /** The session's id. */
  readonly id: string
  /** The browser and operating system, or a text for an unknown one. */
  readonly device: string
  /** When and where it was last used, when it started. */
  readonly about: string
  /** Whether it is the session of the request. */
  readonly isCurrent: boolean
}

/** The sessions. */
export interface SessionsView extends Section<"sessions"> {
  /** The sessions, that of the request first. */
  readonly sessions: readonly SessionView[]
  /** Whether all others can be ended at once. */
  readonly canEndOthers: boolean
}

/** What happened lately. */
export interface ActivityView extends Section<"activity"> {
  /** The events, latest first: what happened; when, and in which browser. */
  readonly events: readonly { readonly name: string; readonly about: string }[]
}

/** The download of the user's data. */
export type DataView = Section<"data">

/** The deletion of the account. */
export interface DeletionView extends Section<"deletion"> {
  /** The text that has to be typed. */
  readonly phrase: string
  /** The input for it. */
  readonly field: FieldView
}

/**
 * Renders the account page.
 *
 * @returns an HTML document; send it with `pageHeaders`
 */
export function renderAccountPage(context: PageContext, page: AccountPage): string {
  const { basePath, csrfToken, host, t } = context
  const shared = { action: `${basePath}/account`, csrfToken }
  const hasPasskeys = page.sections.some((section) => section.id === "methods" && section.addPasskey)
  return renderPage(context, "account", {
    title: t("account.heading"),
    host,
    message: page.message,
    sections: page.sections.map((section) => ({
      ...{ ...section, ...shared, template: `account/${section.id}` },
      messages: section.id === "methods" ? scriptMessages(context) : [],
    })),
    signOut: `${basePath}/signout`,
    scripts: hasPasskeys ? ["passkey.js"] : [],
    isWide: true,
  })
}

/** A page that a mailed link opens, or that ends something. */
export interface AccountNotePage {
  /** The heading and the title. */
  heading: string
  /** What it is about. */
  text: string
  /** The name of the action that its button posts to; without one, there is a link. */
  action?: string
  /** The token of the link. */
  token?: string
  /** The text of the button or link. */
  button: string
  /** The link's target. @default the account page */
  link?: string
}

/**
 * Renders a page with one button, so that opening a mailed link changes nothing, or with a link.
 *
 * @returns an HTML document; send it with `pageHeaders`, whose `Referrer-Policy` keeps the token from other sites
 */
export function renderAccountNote(context: PageContext, page: AccountNotePage): string {
  const account = `${context.basePath}/account`
  return renderPage(context, "account-note", {
    ...page,
    title: page.heading,
    csrfToken: context.csrfToken,
    link: page.link ?? account,
    action: page.action === undefined ? undefined : `${account}/${page.action}`,
  })
}
