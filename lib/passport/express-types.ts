/** Options of `req.login()`. */
export interface LoginOptions {
  /** With `false` the user is signed in for this request only. @default true */
  session?: boolean | undefined
  /** Keeps what express-session holds, where the app uses that as well. @default false */
  keepSessionInfo?: boolean | undefined
  /**
   * What the app has just asked the person for. `requireAuth({ maxAge })` lets in who gave a password (`"credentials"`),
   * followed a mail (`"email"`) or used a passkey (`"webauthn"`).
   *
   * @default "app", which proves nothing
   */
  method?: "app" | "credentials" | "email" | "webauthn" | "oauth" | "oidc" | undefined
  /**
   * Whether the user is still signed in after the browser was closed.
   *
   * @default with `session.remember: "ask"` the field `remember` of the body, else as `session.remember` says
   */
  remember?: boolean | undefined
}

/** Options of `req.logout()`. */
export interface LogoutOptions {
  /** Keeps what express-session holds, where the app uses that as well. @default false */
  keepSessionInfo?: boolean | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: as @types/passport has it, and as Express's `next` takes it
type Done = (error?: any) => void

declare global {
  namespace Express {
    /** Yours to fill in, as with `@types/passport`; the declarations merge. */
    interface User {}

    interface AuthenticatedRequest extends Request {
      user: User
    }

    interface UnauthenticatedRequest extends Request {
      user?: undefined
    }

    interface Request {
      /** Who is signed in, as `deserializeUser` says, else as the session has it. */
      user?: User | undefined

      /**
       * Begins a session for `user`, who has to have an `id`. Answers nothing itself: redirect when it is done. What
       * fails goes to the callback, or rejects the promise, and leaves the former session as it was.
       *
       * @throws {ExpressAuthError} `ERR_AUTH_LOGIN`, `ERR_AUTH_HEADERS_SENT`; never synchronously
       */
      login(user: User, done: Done): void
      login(user: User, options: LoginOptions, done: Done): void
      login(user: User, options?: LoginOptions): Promise<void>
      /** The same as `login`. */
      logIn(user: User, done: Done): void
      logIn(user: User, options: LoginOptions, done: Done): void
      logIn(user: User, options?: LoginOptions): Promise<void>

      /**
       * Ends the session on the server and in the browser. Answers nothing itself.
       *
       * @throws {ExpressAuthError} `ERR_AUTH_SIGN_OUT`, `ERR_AUTH_HEADERS_SENT`; never synchronously
       */
      logout(done: Done): void
      logout(options: LogoutOptions, done: Done): void
      logout(options?: LogoutOptions): Promise<void>
      /** The same as `logout`. */
      logOut(done: Done): void
      logOut(options: LogoutOptions, done: Done): void
      logOut(options?: LogoutOptions): Promise<void>

      /** Whether there is a `req.user`. */
      isAuthenticated(): this is AuthenticatedRequest
      /** Whether there is none. */
      isUnauthenticated(): this is UnauthenticatedRequest
    }
  }
}
