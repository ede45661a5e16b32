import type { ClientSession, SessionListener } from "./client-session.js"
import type { IdleOptions, IdleTimer } from "./idle.js"
import type { KeepAliveOptions } from "./keep-alive.js"
import type { PasskeyOptions, PasskeySignInOptions } from "./passkeys.js"
import type { AuthClientResult } from "./server.js"
import type { FailureListener } from "./sessions.js"

/** Options of `signIn()` and `signOut()`. Any other name is a field of the form, such as `username`. */
export interface RedirectOptions {
  /** Where to go afterwards: a path or URL of the app. @default the page */
  redirectTo?: string
  /** `false` stays on the page and returns the result. @default true */
  redirect?: boolean
  /** A field of the form. */
  [field: string]: unknown
}

/** Options of `signOut()`. */
export interface SignOutOptions {
  /** Where to go afterwards: a path or URL of the app. @default the page */
  redirectTo?: string
  /** `false` stays on the page and returns the result. @default true */
  redirect?: boolean
  /** Also ends the session at the OpenID provider. @default false */
  idp?: boolean
}

/** The functions of one mount of `ExpressAuth`. They need no `this`, so they can be destructured. */
export interface AuthClient {
  /**
   * Reads the session. Calls at the same time share one request.
   *
   * @returns `null` for an anonymous visitor
   * @throws {AuthClientError} if the session cannot be read, which does not mean that the user is signed out
   */
  getSession(): Promise<ClientSession | null>
  /**
   * Calls a listener with the session as soon as it is known, and after every change: a sign-in or sign-out in this
   * tab, another tab or another window, or one found when the page gets the focus, comes back online or returns from
   * the back/forward cache. If another user is signed in, the page is reloaded instead.
   *
   * @param onError called if the session cannot be read; the last one stays
   * @returns a function that removes the listener
   */
  onSession(listener: SessionListener, onError?: FailureListener): () => void
  /**
   * Starts a sign-in. Without a provider, goes to the sign-in page.
   *
   * @param authorizationParams added to the request to an OAuth provider, e.g. `{ login_hint: "ada@example.com" }`
   * @throws {AuthClientError} if no response arrived, or the app does not trust the page's origin; everything else is in
   *   the result
   */
  signIn(
    provider?: string,
    options?: RedirectOptions,
    authorizationParams?: Readonly<Record<string, string>>,
  ): Promise<AuthClientResult>
  /**
   * Signs out. Other tabs are told at once.
   *
   * @throws {AuthClientError} if no response arrived, or the app does not trust the page's origin; everything else is in
   *   the result
   */
  signOut(options?: SignOutOptions): Promise<AuthClientResult>
  /**
   * Renews the session at an interval while the page is open and the user signed in. Pauses while `idle()` warns.
   *
   * @returns a function that stops it
   * @throws {TypeError} for an interval that is no number of seconds
   */
  keepAlive(options: KeepAliveOptions): () => void
  /**
   * Signs users out who leave the computer: after a time without input in any tab. Any input ends the warning. Calling it again replaces the
   * options. It protects a page that is left open; `session.maxAge` is what ends a session on the server.
   *
   * @throws {TypeError} for times that are no number of seconds or in the wrong order
   */
  idle(options: IdleOptions): IdleTimer
  /**
   * Signs in with a passkey.
   *
   * @returns with `error: "cancelled"` if the user did not choose one, `"unsupported"` if the browser cannot (Chrome
   *   before 129, Firefox before 119, Safari before 18.4), or the name of the browser's error, such as `"SecurityError"`
   * @throws {AuthClientError} if no response arrived
   */
  signInWithPasskey(options?: PasskeySignInOptions): Promise<AuthClientResult>
  /**
   * Adds a passkey to the account of the signed-in user, or signs up a new one.
   *
   * @returns with an `error` as `signInWithPasskey()`; `"InvalidStateError"` if the device has one for this account, and
   *   `"ERR_AUTH_REAUTHENTICATE"` if the sign-in is too old
   * @throws {AuthClientError} if no response arrived
   */
  registerPasskey(options?: PasskeyOptions): Promise<AuthClientResult>
}
