/** Options of `req.login()`. */
export interface LoginOptions {
  /** Whether to start a session; with `false` the user is signed in for this request only. @default true */
  session?: boolean | undefined
  /** Keeps the data in `req.session`, in apps that also use express-session. @default false */
  keepSessionInfo?: boolean | undefined
  /**
   * How the app has just authenticated the user. `requireAuth({ maxAge })` accepts a password (`"credentials"`), a
   * mailed link or code (`"email"`) and a passkey (`"webauthn"`).
   *
   * @default "app", which never satisfies `maxAge`
   */
  method?: "app" | "credentials" | "email" | "webauthn" | "oauth" | "oidc" | undefined
  /**
   * Whether the session survives closing the browser.
   *
   * @default the body's `remember` field with `session.remember: "ask"`, otherwise the value of `session.remember`
   */
  remember?: boolean | undefined
}

/** Options of `req.logout()`. */
export interface LogoutOptions {
  /** Keeps the data in `req.session`, in apps that also use express-session. @default false */
  keepSessionInfo?: boolean | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: as @types/passport has it, and as Express's `next` takes it
type Done = (error?: any) => void

declare global {
  namespace Express {
    /** Declared by the app, as with `@types/passport`; the declarations merge. */
    interface User {}

    /** A request with a `user`. */
    interface AuthenticatedRequest extends Request {
      user: User
    }

    /** A request without a `user`. */
    interface UnauthenticatedRequest extends Request {
      user?: undefined
    }

    interface Request {
      /** The signed-in user: the result of `deserializeUser`, by default the session's `user`. */
      user?: User | undefined

      /**
       * Starts a session for `user`, which must have an `id`. Sends no response: redirect once it has finished. An
       * error goes to the callback or rejects the promise, and leaves the previous session unchanged.
       *
       * @throws {ExpressAuthError} `ERR_AUTH_LOGIN`, `ERR_AUTH_HEADERS_SENT`; never synchronously
       */
      login(user: User, done: Done): void
      login(user: User, options: LoginOptions, done: Done): void
      login(user: User, options?: LoginOptions): Promise<void>
      /** Alias of `login`. */
      logIn(user: User, done: Done): void
      logIn(user: User, options: LoginOptions, done: Done): void
      logIn(user: User, options?: LoginOptions): Promise<void>

      /**
       * Ends the session on the server and in the browser. Sends no response.
       *
       * @throws {ExpressAuthError} `ERR_AUTH_SIGN_OUT`, `ERR_AUTH_HEADERS_SENT`; never synchronously
       */
      logout(done: Done): void
      logout(options: LogoutOptions, done: Done): void
      logout(options?: LogoutOptions): Promise<void>
      /** Alias of `logout`. */
      logOut(done: Done): void
      logOut(options: LogoutOptions, done: Done): void
      logOut(options?: LogoutOptions): Promise<void>

      /** Whether `req.user` is set. */
      isAuthenticated(): this is AuthenticatedRequest
      /** Whether `req.user` is not set. */
      isUnauthenticated(): this is UnauthenticatedRequest
    }
  }
}
