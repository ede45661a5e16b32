import type { PageProvider } from "./page-provider.js"
import type { SetUpCard } from "./set-up-card.js"

/** The values that the visitor entered into a provider's form when the sign-in failed. */
export interface SubmittedValues {
  /** The provider's id. */
  readonly provider: string
  /** By field name; never passwords. */
  readonly values: Readonly<Record<string, string>>
  /** The provider's own message, which replaces ours. */
  readonly message?: string | undefined
  /** Whether "Keep me signed in" was ticked. */
  readonly remembered?: boolean | undefined
}

/** The content of the sign-in page. */
export interface SignInInput {
  /** In the order shown. Pass the same objects every time: values derived from them are cached. */
  providers: PageProvider[]
  /** Where to go after the sign-in; already validated. */
  callbackUrl: string
  /** An error code of Auth.js; never shown itself. */
  error?: string | undefined
  /** The `code` parameter beside `error`; never shown itself. */
  code?: string | undefined
  /** Seconds until the next attempt is allowed, after too many. */
  retryAfter?: number
  /** The app's own messages, by the `code` of a `CredentialsSignin` or by error code. */
  messages?: Readonly<Record<string, string>>
  /** Query parameters passed on to the provider, e.g. `login_hint`. */
  hints?: Readonly<Record<string, string>>
  /** Prefills the e-mail field. */
  email?: string | undefined
  /** Prefills the form that was sent last. */
  typed?: SubmittedValues | undefined
  /** Shows "Keep me signed in", ticked or not; `undefined` hides it. */
  remember?: boolean | undefined
  /** The visitor, if signed in. @default signed out */
  visitor?: { readonly name?: string | undefined } | undefined
  /** The id of the provider last used in this browser; an unknown one is ignored. */
  lastUsed?: string | undefined
  /** Shows every form, instead of one and a link to the others. @default false */
  showsAll?: boolean
  /** The id of the only provider to show; without a match, all are shown. */
  provider?: string | undefined
  /** Providers that lack credentials, for the developer. */
  toSetUp?: readonly SetUpCard[]
}
