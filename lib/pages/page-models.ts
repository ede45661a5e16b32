import type { AppFrame } from "../development/app-frame.js"
import type { TextKey } from "../texts/en.js"
import type { Palette } from "./default-palettes.js"
import type { FieldView } from "./field-view.js"
import type { FormSummary } from "./form-summary.js"
import type { SignInElement } from "./remember-box.js"
import type { ResolvedTheme } from "./resolve-theme.js"
import type { SetUpCard } from "./set-up-card.js"
import type { SignInMessage } from "./sign-in-message.js"

/**
 * What each template gets as `page`. Apps replace these templates, so docs/reference/views.md lists every member, and a
 * member that goes is a breaking change.
 */
export interface PageModels {
  account: AccountModel
  "account-note": AccountNoteModel
  "confirm-email": ConfirmEmailModel
  "confirm-form": ConfirmFormModel
  continue: ContinueModel
  "developer-error": DeveloperErrorModel
  error: ErrorModel
  inbox: InboxModel
  "post-on": PostOnModel
  "set-up": SetUpModel
  "sign-in": SignInModel
  "sign-out": SignOutModel
  "verify-request": VerifyRequestModel
}

/** What every page has. */
export interface PageModel {
  /** The title of the document, in most pages also the heading. */
  title: string
  /** The assets to load. @default none */
  scripts?: readonly string[]
  /** Whether the page needs a wide column. @default false */
  isWide?: boolean
}

/** A page that names the app. */
interface NamedModel extends PageModel {
  /** The app's name, or its host. */
  host: string
}

/** A form that posts to one of our routes. */
interface FormModel {
  /** The path that the form posts to. */
  action: string
  /** The CSRF token. */
  csrfToken: string
}

/** The document around every page. */
export interface LayoutModel {
  /** The title of the page. */
  title: string
  /** The app's name, or its host. */
  host: string
  /** The app's name; `undefined` if the theme has none. */
  name: string | undefined
  /** The links below the page. */
  links: readonly { href: string; text: string }[]
  /** The theme. */
  theme: ResolvedTheme
  /** Whether the page needs a wide column. */
  isWide: boolean | undefined
  /** The URLs of the scripts. */
  scripts: readonly string[]
  /** The URLs of the style sheets. */
  styleSheets: readonly string[]
  /** The page as HTML. */
  body: string
  /** The language as a BCP 47 tag. */
  lang: string
  /** The direction of its script. */
  dir: "ltr" | "rtl"
}

/** The sign-in page. */
export interface SignInModel extends NamedModel {
  heading: string
  /** The sentence below the heading. */
  lead: TextKey
  message: SignInMessage | undefined
  /** The ways to sign in, with "or" between the groups. */
  groups: readonly (readonly SignInElement[])[]
  /** In development, the providers that lack credentials. */
  setup: { readonly cards: readonly SetUpCard[]; readonly open: boolean } | undefined
  /** On the page of one provider, the URL of the page with all. */
  otherWays?: string
  /** The URL of the page with every form, if there are others. */
  anotherMethod?: string
  /** The name of a visitor who is signed in. */
  user: string | undefined
  /** The destination of a visitor who is signed in and need not sign in again. */
  goOn?: string
  /** The URL of the sign-out page, for a visitor who is signed in. */
  signOut?: string
}

/** The page that follows an e-mail sign-in. */
export interface VerifyRequestModel extends NamedModel {
  heading: string
  /** The sentence below the heading. */
  lead: TextKey
  /** The address, if this browser requested the mail. */
  email: string | undefined
  message: { readonly text: string } | undefined
  /** The form with the code and the button that sends the mail again. */
  form: MailedModel | undefined
  /** In development, the path of the inbox. */
  inbox: string | undefined
  /** The URL of the sign-in page. */
  signIn: string
}

/** The form for the code of a mail. */
export interface MailedModel extends FormModel {
  /** The path that sends the mail again. */
  sendAction: string
  /** Where to go after the sign-in. */
  callbackUrl: string
  email: string
  /** Whether the user stays signed in. */
  remember: boolean
  /** The input for the code; `undefined` if this browser cannot use it. */
  field: FieldView | undefined
  /** Whether the code was wrong. */
  faulty: boolean
  /** Seconds until another mail can be sent. */
  wait: number
  /** The sentence below the form. */
  note: string
}

/** The page that a mailed link opens. */
export interface ConfirmEmailModel extends NamedModel, FormModel {
  /** Where to go after the sign-in. */
  callbackUrl: string
  /** The token of the link. */
  token: string
  /** The address, if the link has it. */
  email: string | undefined
  /** The checkbox "Keep me signed in", if users choose. */
  remember: FieldView | undefined
}

/** The sign-out page. */
export interface SignOutModel extends NamedModel, FormModel {
  /** Where to go after the sign-out. */
  callbackUrl: string
  /** Whether to sign out at the provider too. */
  idp: boolean
  /** The URL of the page before, if it is one of the app's. */
  cancel: string | undefined
  /** The URL of the sign-in page, if there is no session to end. */
  signIn: string | undefined
}

/** The error page. */
export interface ErrorModel extends PageModel {
  /** What happened, and what to do. */
  text: string
  /** The text of the link. */
  retry: string
  /** The target of the link. */
  link: string
  /** The URL of the home page, unless `link` leads there. */
  home: string | undefined
  /** The URL of the sign-out page, for a visitor who is signed in. */
  signOut: string | undefined
  /** A note to the developers of the app. */
  detail: string | undefined
  /** The id of the entry in the log. */
  errorId: string | undefined
}

/** The account page. */
export interface AccountModel extends NamedModel {
  /** What has just happened. */
  message: { readonly text: string; readonly calm: boolean } | undefined
  /** The sections; `template` names the partial, which gets the section. */
  sections: readonly (FormModel & {
    readonly id: string
    readonly heading: string
    readonly template: string
  })[]
  /** The path of the sign-out page. */
  signOut: string
}

/** A page that a mailed link opens, or that ends something. */
export interface AccountNoteModel extends PageModel {
  heading: string
  text: string
  /** The text of the button or link. */
  button: string
  /** The path that the form posts to; without it there is a link. */
  action: string | undefined
  csrfToken: string
  /** The token of the mailed link. */
  token?: string
  /** The target of the link. */
  link: string
}

/** The page that asks whether to send a form. */
export interface ConfirmFormModel extends PageModel, FormModel {
  /** The host and path that the form is sent to. */
  place: string
  /** The user's name or address. */
  user: string | undefined
  /** All fields of the form. */
  fields: readonly (readonly [name: string, value: string])[]
  /** What the user typed, without secrets. */
  summary: FormSummary
  /** The path that discards the form. */
  discard: string
}

/** The page on the way to a provider. */
export interface ContinueModel extends PageModel {
  /** The text of the link. */
  link: string
  /** The target. */
  url: string
}

/** The page that repeats a provider's form post. */
export interface PostOnModel extends PageModel {
  /** The path that the form posts to. */
  action: string
  fields: readonly (readonly [name: string, value: string])[]
}

/** In development, the page of a provider that lacks credentials. */
export interface SetUpModel extends NamedModel {
  card: SetUpCard
  /** The URL of the sign-in page. */
  link: string
}

/** In development, the mails that were not sent. */
export interface InboxModel extends NamedModel {
  /** Newest first. */
  mails: readonly {
    readonly to: string
    readonly subject: string
    readonly text: string
    readonly link: string
    readonly code: string | undefined
    /** In ISO 8601. */
    readonly time: string
    /** The time of day. */
    readonly clock: string
  }[]
  /** The URL of the sign-in page. */
  signIn: string
}

/** In development, an error. Apps cannot replace its template. */
export interface DeveloperErrorModel extends PageModel {
  status: number
  request: string
  visitorPage: string | undefined
  /** With code at odd indexes. */
  message: readonly string[]
  causes: readonly { readonly name: string; readonly message: string }[]
  /** With code at odd indexes. */
  fix: readonly string[]
  frame: AppFrame | undefined
  /** The URL of the documentation. */
  reference: string | undefined
}

/** What every mail has. */
interface MailModel {
  subject: string
  /** The link of the button. */
  url: string
  /** The colours as `#rrggbb`. */
  colors: Readonly<Record<Exclude<keyof Palette, "brand">, string>> & {
    readonly brand: string | undefined
    readonly brandText: string | undefined
  }
  /** The language as a BCP 47 tag. */
  locale: string
  /** The direction of its script. */
  dir: "ltr" | "rtl"
}

/** The sign-in mail. */
export interface SignInMailModel extends MailModel {
  /** The code of six digits. */
  code: string
  /** The app's host. */
  host: string
  /** The app's origin. */
  origin: string
  /** For how long link and code are valid, as a text. */
  duration: string
}

/** A mail about the address of an account, or a notice. */
export interface AddressMailModel extends MailModel {
  heading: string
  lead: string
  /** Device and time of a notice. */
  detail?: string
  /** What to do if the mail is unexpected. */
  note: string
  /** The text of the button. */
  button: string
}
