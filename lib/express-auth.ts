import type { IncomingMessage, ServerResponse } from "node:http"
import type { Adapter } from "@auth/core/adapters"
import type { Response as ExpressResponse, NextFunction, Request, RequestHandler } from "express"
import { userAccountOf } from "./actions/account/bind-user-account.js"
import type { UserAccount } from "./actions/account/user-account.js"
import type { AccessTokenOptions } from "./actions/accounts/access-token.js"
import { accessToken, linkAccount, unlinkAccount } from "./actions/accounts/accounts-from-app.js"
import type { LinkAccountOptions } from "./actions/accounts/link-account.js"
import type { UnlinkAccountOptions } from "./actions/accounts/unlink-account.js"
import { type AuditLog, auditOf } from "./actions/audit-log.js"
import {
  type GetSessionResult,
  getCsrfToken,
  getSession,
  getSignIn,
  signIn,
  signOut,
  updateSession,
} from "./actions/from-app.js"
import { type Passkeys, passkeysOf } from "./actions/passkeys/user-passkeys.js"
import type { SignInOptions } from "./actions/sign-in.js"
import type { SignOutOptions } from "./actions/sign-out.js"
import { type Sessions, sessionsOf } from "./actions/user-sessions.js"
import { type ViewsHandler, views } from "./actions/views.js"
import { ConfigError } from "./errors.js"
import { type GuardOptions, requireAuth, session } from "./guard/require-auth.js"
import { createAuthContext } from "./http/auth-context.js"
import {
  type ConfigSource,
  checkConfig,
  configFor,
  mountOf,
  needsExpress,
  reportUncalled,
} from "./http/config-for.js"
import { announceMount } from "./http/mount.js"
import { passOn } from "./http/pass-to-mount.js"
import type { AuthResult } from "./replies/responses.js"
import { showErrors } from "./replies/show-errors.js"
import type { AuthenticatedHandler, SessionHandler } from "./session/express-types.js"
import type { SignInProof } from "./session/sign-in-proof.js"
import type { ActiveSession } from "./session/to-session.js"
import type { AdapterExtras } from "./stores/adapter-extras.js"

/**
 * The middleware that `ExpressAuth` returns, with functions bound to its configuration. The functions can be
 * destructured.
 */
export interface ExpressAuthHandler extends RequestHandler {
  /** Resolves when the request is handled or passed to `next`. Never rejects: errors are passed to `next`. */
  (req: Request, res: ExpressResponse, next: NextFunction): Promise<void>
  /**
   * Creates middleware that sets `req.auth` and `res.locals.session` to the session, or to `null` for an anonymous
   * request. It passes `ERR_AUTH_SESSION` (503) to `next` if a callback or a store fails.
   */
  session(): SessionHandler
  /**
   * Creates middleware that requires a signed-in user. Anonymous visitors are redirected to the sign-in page, or get
   * 401 if they are not browsers. Users without a required role, or refused by `allow`, get 403.
   *
   * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
   */
  requireAuth(guard?: GuardOptions): AuthenticatedHandler
  /**
   * Creates middleware that puts `signInButton()`, `signOutForm()`, `csrfField()` and `userMenu()` into `res.locals`, for
   * templates of the app in any view engine (see `ViewHelpers`). It reads the session, as `session()` does.
   */
  views(): ViewsHandler
  /**
   * Returns the session of a request, or `null` for an anonymous request. On servers other than Express, pass `res` so
   * that renewed cookies are sent.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503) if a callback or a store fails
   */
  getSession(req: Request | IncomingMessage, res?: ServerResponse): GetSessionResult
  /**
   * Returns when and how the user signed in, or `null` for an anonymous request.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503) if a callback or a store fails
   */
  getSignIn(req: Request): Promise<SignInProof | null>
  /**
   * Returns the CSRF token for a form of the app that posts to one of our routes, in its field `csrfToken`, and sets
   * the matching cookie. Call it before the page is sent.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_HEADERS_SENT`, `ERR_AUTH_MOUNT`
   */
  getCsrfToken(req: Request, res: ExpressResponse): Promise<string>
  /**
   * Starts a sign-in from a POST handler and sends the response: a redirect to the provider or the destination, or an
   * error page. Without `provider` it redirects to the sign-in page. With `redirect: false` it returns the result
   * instead.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_HEADERS_SENT`, `ERR_AUTH_MOUNT`
   */
  signIn(
    req: Request,
    res: ExpressResponse,
    provider: string | undefined,
    options: SignInOptions & { redirect: false },
  ): Promise<AuthResult>
  /** Starts a sign-in from a POST handler and sends the response. */
  signIn(req: Request, res: ExpressResponse, provider?: string, options?: SignInOptions): Promise<void>
  /**
   * Ends the session from a POST handler and sends the response. With `redirect: false` it returns the result instead.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_HEADERS_SENT`, `ERR_AUTH_MOUNT`
   */
  signOut(
    req: Request,
    res: ExpressResponse,
    options: SignOutOptions & { redirect: false },
  ): Promise<AuthResult>
  /** Ends the session from a POST handler and sends the response. */
  signOut(req: Request, res: ExpressResponse, options?: SignOutOptions): Promise<void>
  /**
   * Updates the session from a POST handler: calls the callbacks with `data` and `trigger: "update"`. Sends no
   * response.
   *
   * @returns the new session, or `null` for an anonymous or cross-site request, which changes nothing
   * @throws {ExpressAuthError} `ERR_AUTH_METHOD` (405), `ERR_AUTH_SESSION` (503), `ERR_AUTH_HEADERS_SENT`
   */
  updateSession(req: Request, res: ExpressResponse, data?: unknown): Promise<ActiveSession | null>
  /**
   * Links an account at a provider to the signed-in user, from a POST handler: redirects to the provider, or to the
   * sign-in page if the user has not signed in recently. With `redirect: false` it returns the result instead.
   *
   * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
   * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503), `ERR_AUTH_HEADERS_SENT`, `ERR_AUTH_MOUNT`
   */
  linkAccount(
    req: Request,
    res: ExpressResponse,
    provider: string,
    options: LinkAccountOptions & { redirect: false },
  ): Promise<AuthResult>
  /** Links an account at a provider to the signed-in user, from a POST handler, and sends the response. */
  linkAccount(
    req: Request,
    res: ExpressResponse,
    provider: string,
    options?: LinkAccountOptions,
  ): Promise<void>
  /**
   * Unlinks an account from the signed-in user, from a POST handler, and sends the response. Never removes the user's
   * last way to sign in. With `redirect: false` it returns the result instead.
   *
   * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
   * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503), `ERR_AUTH_HEADERS_SENT`, `ERR_AUTH_MOUNT`
   */
  unlinkAccount(
    req: Request,
    res: ExpressResponse,
    provider: string,
    options: UnlinkAccountOptions & { redirect: false },
  ): Promise<AuthResult>
  /** Unlinks an account from the signed-in user, from a POST handler, and sends the response. */
  unlinkAccount(
    req: Request,
    res: ExpressResponse,
    provider: string,
    options?: UnlinkAccountOptions,
  ): Promise<void>
  /**
   * Returns an access token of the signed-in user for a provider's API, refreshed if it expires within a minute, or
   * `null` if the user is anonymous or has no account at the provider.
   *
   * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
   * @throws {ExpressAuthError} `ERR_AUTH_REFRESH_DENIED` (401) if the user must sign in again;
   * `ERR_AUTH_PROVIDER_UNAVAILABLE`, `ERR_AUTH_REFRESH`, `ERR_AUTH_LOCK`, `ERR_AUTH_SESSION` (503) if it may work
   * later; `ERR_AUTH_HEADERS_SENT`; `ERR_AUTH_UNKNOWN_PROVIDER` (404)
   */
  accessToken(
    req: Request,
    res: ExpressResponse,
    provider: string,
    options?: AccessTokenOptions,
  ): Promise<string | null>
  /**
   * Closes the connections that the library opened, i.e. those of `database()` with a URL. Does not close connections
   * that the app opened, nor those of configurations that a function returns. Call it after the server has closed.
   * Repeated calls close once and return the same promise.
   */
  close(): Promise<void>
  /** Lists and ends the sessions of any user. */
  readonly sessions: Sessions
  /** Lists, renames and removes the passkeys of any user. */
  readonly passkeys: Passkeys
  /** Shows and changes the account of the user who is signed in, for pages of the app's own. */
  readonly account: UserAccount
  /** Lists what happened to users' sign-ins, sessions and accounts. Requires the option `audit`. */
  readonly audit: AuditLog
}

/** Binds the functions with overloads. Each implementation serves both of its signatures. */
function callsOf(config: ConfigSource) {
  const calls = {
    signIn: (req: Request, res: ExpressResponse, provider?: string, options?: SignInOptions) =>
      signIn(req, res, config, provider, options),
    signOut: (req: Request, res: ExpressResponse, options?: SignOutOptions) =>
      signOut(req, res, config, options),
    linkAccount: (req: Request, res: ExpressResponse, provider: string, options?: LinkAccountOptions) =>
      linkAccount(req, res, config, provider, options),
    unlinkAccount: (req: Request, res: ExpressResponse, provider: string, options?: UnlinkAccountOptions) =>
      unlinkAccount(req, res, config, provider, options),
  }
  return calls as Pick<ExpressAuthHandler, keyof typeof calls>
}

/**
 * Creates the authentication middleware: Auth.js for Express, with sign-in, sign-out, callbacks and pages.
 *
 * Mount it at a path of its own: `app.use("/auth", auth)`. Unknown paths below it are passed to `next()`.
 *
 * @param config the options of Auth.js and of this package, or a function that returns them for each request
 * @throws {ConfigError} when the configuration is invalid; the message names the fix
 * @see https://authjs.dev/reference/core#authconfig
 * @example
 * const auth = ExpressAuth({ providers: [GitHub] })
 * app.use("/auth", auth)
 * app.get("/dashboard", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name}`))
 */
export function ExpressAuth(config: ConfigSource): ExpressAuthHandler {
  const fixed = checkConfig(config, "ExpressAuth")
  const mount = mountOf(config)
  const nextOf = showErrors(config)
  let closing: Promise<void> | undefined

  async function handle(req: Request, res: ExpressResponse): Promise<boolean> {
    if (!req.app) throw needsExpress("ExpressAuth()")
    const resolved = fixed ?? (await configFor(config, req))
    const at = mount.locate(req, resolved)
    if (!at) return false
    const { answer, findRoute } = await loadRoutes()
    const route = findRoute(at.tail, req.method)
    return route ? answer(createAuthContext(req, res, resolved, at), route) : false
  }

  function expressAuth(req: Request, res: ExpressResponse, next: NextFunction): Promise<void> {
    const fail = nextOf?.(req, res, next) ?? next
    return handle(req, res).then((answered) => (answered ? undefined : passOn(mount, req, next)), fail)
  }

  const handler = Object.assign(announceMount(expressAuth, mount), {
    session: (...passed: unknown[]) => {
      reportUncalled(passed, "auth.session()")
      return session(config)
    },
    views: (...passed: unknown[]) => {
      reportUncalled(passed, "auth.views()")
      return views(config)
    },
    close: () => {
      closing ??= closeOpened(config)
      return closing
    },
    sessions: sessionsOf(config),
    passkeys: passkeysOf(config),
    account: userAccountOf(config),
    audit: auditOf(config),
    requireAuth: (guard?: GuardOptions) => requireAuth(config, guard),
    getSession: (req: Request | IncomingMessage, res?: ServerResponse) =>
      getSession(res && !("res" in req) ? Object.assign(req, { res }) : req, config),
    getSignIn: (req: Request) => getSignIn(req, config),
    getCsrfToken: (req: Request, res: ExpressResponse) => getCsrfToken(req, res, config),
    updateSession: (req: Request, res: ExpressResponse, data?: unknown) =>
      updateSession(req, res, config, data),
    accessToken: (req: Request, res: ExpressResponse, provider: string, options?: AccessTokenOptions) =>
      accessToken(req, res, config, provider, options),
    ...callsOf(config),
  })
  sources.set(handler, config)
  return handler
}

let routes: Promise<typeof import("./routes.js")> | undefined

/** Importing the package stays cheap: the routes load with their first request. */
function loadRoutes(): Promise<typeof import("./routes.js")> {
  routes ??= import("./routes.js")
  return routes
}

async function closeOpened(config: ConfigSource): Promise<void> {
  if (typeof config === "function") return
  const adapter: Adapter & Partial<AdapterExtras> = config.adapter ?? {}
  if (adapter.closesItself) await adapter.close?.()
}

const sources = new WeakMap<object, ConfigSource>()

/** Whether a value is a handler that `ExpressAuth` returned. */
export function isExpressAuth(value: unknown): value is ExpressAuthHandler {
  return sources.has(Object(value))
}

/**
 * Returns the `config` argument of an `ExpressAuth` handler, for middleware of other subpaths that take the handler.
 *
 * @param what the middleware, for the message, e.g. `passport()`
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for anything but such a handler
 */
export function sourceOf(auth: ExpressAuthHandler, what: string): ConfigSource {
  const source = sources.get(Object(auth))
  if (source) return source
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `${what} must be passed the handler that ExpressAuth() returns.`,
  )
}
