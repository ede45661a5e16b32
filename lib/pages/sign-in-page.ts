import type { PageProvider } from "./page-provider.js"

/** The values a visitor entered into the form of one provider when the sign-in failed. */
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
  /** Sent on to the provider with its button, e.g. `login_hint`. */
  hints?: Readonly<Record<string, string>>
  /** Fills in the email field. */
  email?: string
  /** Fills in the form that was sent last. */
  typed?: TypedValues
  /** Asks whether to stay signed in, with the box ticked or not. */
  remember?: boolean
  /** The only provider to show, by id; where there is no such provider, all are shown. */
  provider?: string
}
