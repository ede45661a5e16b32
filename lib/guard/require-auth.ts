import type { Response as ExpressResponse, NextFunction, Request, RequestHandler } from "express"
import { requirePositive } from "../config/require-positive.js"
import { requireTrust } from "../config/require-trust.js"
import { ConfigError } from "../errors.js"
import { type ConfigSource, checkConfig, mountOf, needsExpress, requireCalled } from "../http/config-for.js"
import { passToMount } from "../http/pass-to-mount.js"
import { publicPathOf } from "../http/public-path.js"
import { showErrors } from "../replies/show-errors.js"
import type { AuthenticatedHandler, SessionHandler } from "../session/express-types.js"
import { type Filled, fillSession, settle } from "../session/fill-session.js"
import { readSession } from "../session/get-session.js"
import { identifySession } from "../session/identify-session.js"
import { rolesOf } from "../session/roles-of.js"
import type { SessionReading } from "../session/session-reading.js"
import { checkFreshness, signInProofOf } from "../session/sign-in-proof.js"
import type { ActiveSession } from "../session/to-session.js"
import type { Refusal } from "./refuse.js"

/** Options of {@link requireAuth}. */
export interface GuardOptions {
  /**
   * Decides whether a signed-in user may pass. Anything but `true` responds 403; what it throws goes to `next(err)`.
   *
   * @default every signed-in user passes
   */
  allow?: (session: ActiveSession, req: Request) => boolean | Promise<boolean>
  /** Requires one of these roles, in `user.role` or `user.roles`; other users get 403. */
  roles?: readonly string[]
  /**
   * Requires a sign-in within the last `maxAge` seconds, by password, e-mail, passkey, or at an OpenID provider whose
   * `auth_time` shows that the user authenticated there just before. Other users are sent to sign in again and return
   * afterwards; a form that they posted is kept and sent once they confirm.
   *
   * @default no limit
   */
  maxAge?: number
  /** With `maxAge`: provider types whose sign-ins count without proof that the user authenticated just before. */
  trust?: readonly ("oauth" | "oidc")[]
  /** Handles anonymous requests instead of the redirect or 401. */
  onAnonymous?: RequestHandler
}

/**
 * Reads the session into `req.auth` and `res.locals.session`, `null` for an anonymous request. Also works on servers
 * that lack `res.locals`, such as Connect, and with `io.engine.use(session(config))` of Socket.IO.
 *
 * @throws {ExpressAuthError} through `next(err)`: `ERR_AUTH_SESSION` (503) if a callback, the database or the
 * revocation store failed
 * @example
 * app.use(session(config))
 * app.get("/", (req, res) => res.send(req.auth ? `Hello ${req.auth.user.name}` : "Hello stranger"))
 */
export function session(source: ConfigSource): SessionHandler {
  checkConfig(source, "session")
  const nextOf = showErrors(source)
  const handler: RequestHandler = function session(req, res, next) {
    settle(fillSession(req, res, source), () => next(), nextOf?.(req, res, next) ?? next)
  }
  return handler as SessionHandler
}

/**
 * Requires a signed-in user. Reads the session and never signs anyone in.
 *
 * A browser's navigation is redirected to the sign-in page and returns afterwards. Every other client gets 401
 * (`application/problem+json`; a page if a browser posted a form), never a redirect. A signed-in user who is not
 * allowed gets 403. Responses of the route are `Cache-Control: private, no-store` unless the route sets the header.
 *
 * May guard the whole app, before or after the mount of `ExpressAuth`: our own routes and the pages named in
 * `pages.signIn`, `pages.error` and `pages.verifyRequest` stay open.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` when it is created
 * @throws {ExpressAuthError} through `next(err)`: `ERR_AUTH_SESSION` (503), and what `allow` throws
 * @example
 * app.get("/admin", requireAuth(config, { roles: ["admin"] }), (req, res) => res.send(`Hello ${req.auth.user.name}`))
 */
export function requireAuth(source: ConfigSource, guard: GuardOptions = {}): AuthenticatedHandler {
  requireCalled(guard, "auth.requireAuth()")
  checkConfig(source, "requireAuth")
  checkGuard(guard)
  const nextOf = showErrors(source)
  const mount = mountOf(source)

  function decide(call: Call, { session, config }: Filled): unknown {
    if (!session) return turnAway(call, { config, mount }, () => refuse(call, guard, { config, mount }))
    const allowed = isAllowed(session, call.req, guard)
    if (allowed === true) return passFresh(call, guard, { config, mount })
    const refuseOrPass = (value: boolean) =>
      value
        ? passFresh(call, guard, { config, mount })
        : turnAway(call, { config, mount }, async () =>
            (await loadRefusals()).refuseForbidden(call.req, call.res, {
              config,
              mount,
              ...(guard.roles && { user: session.user }),
            }),
          )
    return settle(allowed, refuseOrPass, call.next)
  }

  return function requireAuth(req: Request, res: ExpressResponse, next: NextFunction) {
    if (!req.app) return next(needsExpress("requireAuth()"))
    const call = { req, res, next: nextOf?.(req, res, next) ?? next }
    settle(fillSession(req, res, source), (filled) => decide(call, filled), call.next)
  }
}

/** The arguments of a middleware. */
interface Call {
  readonly req: Request
  readonly res: ExpressResponse
  readonly next: NextFunction
}

/** Re-prompts users whose sign-in is older than `maxAge`. */
function passFresh(call: Call, { maxAge, trust = [] }: GuardOptions, refusal: Refusal): unknown {
  if (maxAge === undefined) return pass(call)
  const { req, res, next } = call
  const decide = (reading: SessionReading) => {
    const rule = { maxAge, trust }
    const freshness = checkFreshness(signInProofOf(reading), rule)
    if (freshness === "fresh") return isSentForm(req) ? passSentForm(call, refusal) : pass(call)
    const userId = identifySession(reading)?.userId
    const owner = userId === undefined ? undefined : { userId, rule }
    const stale = { ...refusal, maxAge, freshness, owner }
    return turnAway(call, refusal, async () => (await loadRefusals()).refuseStale(req, res, stale))
  }
  return settle(readSession(req, refusal.config), decide, next)
}

/** Whether the confirmation page of a held form may have posted this request. */
function isSentForm(req: Request): boolean {
  return req.method !== "GET" && req.get("referer")?.includes("/confirm-form/") === true
}

function passSentForm(call: Call, refusal: Refusal): Promise<void> {
  return import("./sent-form.js")
    .then(({ noteSentForm }) => noteSentForm(call.req, call.res, refusal))
    .then(() => pass(call))
    .catch(call.next)
}

function pass({ res, next }: Call): void {
  if (!res.hasHeader("cache-control")) res.setHeader("cache-control", "private, no-store")
  next()
}

function checkGuard(guard: GuardOptions): void {
  const known = ["allow", "roles", "maxAge", "trust", "onAnonymous"]
  const unknown = Object.keys(guard).find((name) => !known.includes(name))
  if (unknown)
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      `requireAuth() has no option "${unknown}"; expected ${known.join(", ")}.`,
    )
  if (guard.roles !== undefined && !isNonEmptyStringArray(guard.roles))
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      'requireAuth({ roles }) expects a non-empty array of strings, e.g. roles: ["admin"].',
    )
  if (guard.maxAge !== undefined) requirePositive("requireAuth({ maxAge })", guard.maxAge)
  if (guard.trust !== undefined) requireTrust("requireAuth({ trust })", guard.trust)
  for (const name of ["allow", "onAnonymous"] as const)
    if (guard[name] !== undefined && typeof guard[name] !== "function")
      throw new ConfigError("ERR_AUTH_INVALID_OPTION", `requireAuth({ ${name} }) expects a function.`)
}

function isNonEmptyStringArray(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string")
}

let refusals: Promise<typeof import("./refuse.js")> | undefined

/** Importing the package stays cheap: refusals and their pages load with the first one. */
function loadRefusals(): Promise<typeof import("./refuse.js")> {
  refusals ??= import("./refuse.js")
  return refusals
}

async function refuse(
  { req, res, next }: Call,
  { onAnonymous, maxAge }: GuardOptions,
  refusal: Refusal,
): Promise<unknown> {
  if (onAnonymous) return onAnonymous(req, res, next)
  const { refuseAnonymous } = await loadRefusals()
  return refuseAnonymous(req, res, { ...refusal, isFreshNeeded: maxAge !== undefined })
}

/**
 * Refuses a request, unless it leads to the sign-in page or another route of ours, which a guard of the whole app would
 * otherwise redirect to itself forever. A request that the mount of `ExpressAuth` leaves unhandled is refused there.
 */
function turnAway({ req, next }: Call, refusal: Refusal, refuse: () => unknown): unknown {
  const doRefuse = () => Promise.resolve().then(refuse).catch(next)
  const open = publicPathOf(req, refusal)
  const mayPass = open === "page" || (open === "route" && passToMount(refusal.mount, req, doRefuse))
  return mayPass ? next() : doRefuse()
}

function isAllowed(
  session: ActiveSession,
  req: Request,
  { allow, roles }: GuardOptions,
): boolean | Promise<boolean> {
  if (roles && !rolesOf(session).some((role) => roles.includes(role))) return false
  const allowed = allow ? allow(session, req) : true
  return typeof allowed === "boolean" ? allowed : Promise.resolve(allowed).then((value) => value === true)
}
