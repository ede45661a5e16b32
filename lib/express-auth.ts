import type { IncomingMessage, ServerResponse } from "node:http"
import type { Adapter } from "@auth/core/adapters"
import type { Response as ExpressResponse, NextFunction, Request, RequestHandler } from "express"
import type { AccessTokenOptions } from "./actions/accounts/access-token.js"
import { accessToken, linkAccount, unlinkAccount } from "./actions/accounts/accounts-from-app.js"
import type { LinkAccountOptions } from "./actions/accounts/link-account.js"
import type { UnlinkAccountOptions } from "./actions/accounts/unlink-account.js"
import {
  type GetSessionResult,
  getCsrfToken,
  getSession,
  getSignIn,
  signIn,
  signOut,
  updateSession,
} from "./actions/from-app.js"
import { type Passkeys, passkeysOf } from "./actions/passkeys/passkeys.js"
import { type Sessions, sessionsOf } from "./actions/sessions.js"
import type { SignInOptions } from "./actions/sign-in.js"
import type { SignOutOptions } from "./actions/sign-out.js"
import { ConfigError } from "./errors.js"
import { type GuardOptions, requireAuth, session } from "./guard/require-auth.js"
import { createAuthContext } from "./http/auth-context.js"
import {
  type ConfigSource,
  checkConfig,
  configFor,
  mountOf,
  needsExpress,
  requireCalled,
} from "./http/config-for.js"
import { announceMount } from "./http/mount.js"
import { passOn } from "./http/pass-to-mount.js"
import type { AuthResult } from "./replies/outcome.js"
import { answer } from "./replies/run-action.js"
import { findRoute } from "./routes.js"
import type { AuthenticatedHandler, SessionHandler } from "./session/express-types.js"
import type { SignInProof } from "./session/sign-in-proof.js"
import type { ActiveSession } from "./session/to-session.js"
import type { AdapterExtras } from "./stores/adapter-extras.js"

/** The middleware to mount, carrying everything else bound to its configuration; safe to destructure. */
export interface ExpressAuthHandler extends RequestHandler {
  /** Resolves once the request was answered or handed to `next`; it never rejects, errors go to `next` too. */
  (req: Request, res: ExpressResponse, next: NextFunction): Promise<void>
  /** Middleware: `req.auth` and `res.locals.session` hold the session, or `null`. */
  session(): SessionHandler
  /** Middleware: lets only signed-in people pass. */
  requireAuth(guard?: GuardOptions): AuthenticatedHandler
  /** The session of a request, or `null`. With `res`, servers other than Express send renewed cookies too. */
  getSession(req: Request | IncomingMessage, res?: ServerResponse): GetSessionResult
  /** When and how the person of a request signed in, or `null` for nobody. */
  getSignIn(req: Request): Promise<SignInProof | null>
  /** The CSRF token for forms of the app's own that post straight to our routes, as `csrfToken`. */
  getCsrfToken(req: Request, res: ExpressResponse): Promise<string>
  /** Starts a sign-in from a POST handler and answers the request. */
  signIn(
    req: Request,
    res: ExpressResponse,
    provider: string | undefined,
    options: SignInOptions & { redirect: false },
  ): Promise<AuthResult>
  signIn(req: Request, res: ExpressResponse, provider?: string, options?: SignInOptions): Promise<void>
  /** Ends the session from a POST handler and answers the request. */
  signOut(
    req: Request,
    res: ExpressResponse,
    options: SignOutOptions & { redirect: false },
  ): Promise<AuthResult>
  signOut(req: Request, res: ExpressResponse, options?: SignOutOptions): Promise<void>
  /** Hands `data` to the callbacks with `trigger: "update"`; returns the session as it is now. */
  updateSession(req: Request, res: ExpressResponse, data?: unknown): Promise<ActiveSession | null>
  /** Leads to a provider, whose account becomes another way to sign in for the visitor, and answers the request. */
  linkAccount(
    req: Request,
    res: ExpressResponse,
    provider: string,
    options: LinkAccountOptions & { redirect: false },
  ): Promise<AuthResult>
  linkAccount(
    req: Request,
    res: ExpressResponse,
    provider: string,
    options?: LinkAccountOptions,
  ): Promise<void>
  /** Removes an account of the visitor's, but never their last way to sign in, and answers the request. */
  unlinkAccount(
    req: Request,
    res: ExpressResponse,
    provider: string,
    options: UnlinkAccountOptions & { redirect: false },
  ): Promise<AuthResult>
  unlinkAccount(
    req: Request,
    res: ExpressResponse,
    provider: string,
    options?: UnlinkAccountOptions,
  ): Promise<void>
  /** A valid access token of the visitor's for a provider, refreshed if need be; `null` where they have none. */
  accessToken(
    req: Request,
    res: ExpressResponse,
    provider: string,
    options?: AccessTokenOptions,
  ): Promise<string | null>
  /**
   * Closes the connections that the library opened: those of `database()` with a URL. Not those that the app opened, nor
   * those of configurations that a function chooses. Call it when the server has closed.
   */
  close(): Promise<void>
  /** Lists and ends sessions of any user. */
  readonly sessions: Sessions
  /** Lists, renames and removes passkeys of any user. */
  readonly passkeys: Passkeys
}

/** What answers requests for the app. One implementation stands for both signatures of each. */
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
 * Auth.js for Express: sign-in, sign-out, callbacks and pages behind one middleware.
 *
 * Mount it under a path of its own: `app.use("/auth", auth)`. What it does not know it passes to `next()`.
 *
 * @param config the configuration of Auth.js, or a function that chooses one for each request
 * @throws {ConfigError} when the configuration cannot work, with the fix in the message
 * @example
 * const auth = ExpressAuth({ providers: [GitHub] })
 * app.use("/auth", auth)
 * app.get("/dashboard", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name}`))
 */
export function ExpressAuth(config: ConfigSource): ExpressAuthHandler {
  checkConfig(config, "ExpressAuth")
  const mount = mountOf(config)

  async function handle(req: Request, res: ExpressResponse): Promise<boolean> {
    if (!req.app) throw needsExpress("ExpressAuth()")
    const resolved = await configFor(config, req)
    const at = mount.locate(req, resolved)
    const route = at && findRoute(at.tail, req.method)
    return at && route ? answer(createAuthContext(req, res, resolved, at), route) : false
  }

  function expressAuth(req: Request, res: ExpressResponse, next: NextFunction): Promise<void> {
    return handle(req, res).then((answered) => (answered ? undefined : passOn(mount, req, next)), next)
  }

  const handler = Object.assign(announceMount(expressAuth, mount), {
    session: (called?: unknown) => {
      requireCalled(called, "auth.session()")
      return session(config)
    },
    close: () => closeOpened(config),
    sessions: sessionsOf(config),
    passkeys: passkeysOf(config),
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

async function closeOpened(config: ConfigSource): Promise<void> {
  if (typeof config === "function") return
  const adapter: Adapter & Partial<AdapterExtras> = config.adapter ?? {}
  if (adapter.closesItself) await adapter.close?.()
}

const sources = new WeakMap<object, ConfigSource>()

/**
 * What `ExpressAuth` was given, for middleware of other subpaths that takes its handler.
 *
 * @param what takes it, e.g. `passport()`
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for anything else than such a handler
 */
export function sourceOf(auth: ExpressAuthHandler, what: string): ConfigSource {
  const source = sources.get(Object(auth))
  if (source) return source
  throw new ConfigError("ERR_AUTH_INVALID_OPTION", `${what} expects what ExpressAuth() returned.`)
}
