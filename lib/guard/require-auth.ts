import type { Response as ExpressResponse, NextFunction, Request, RequestHandler } from "express"
import { requirePositive } from "../config/require-positive.js"
import { requireTrust } from "../config/require-trust.js"
import { ConfigError } from "../errors.js"
import { type ConfigSource, checkConfig, mountOf, needsExpress, requireCalled } from "../http/config-for.js"
import { passToMount } from "../http/pass-to-mount.js"
import { publicPathOf } from "../http/public-path.js"
import type { AuthenticatedHandler, SessionHandler } from "../session/express-types.js"
import { type Filled, fillSession, settle } from "../session/fill-session.js"
import { readSession } from "../session/get-session.js"
import { identifySession } from "../session/identify-session.js"
import type { SessionReading } from "../session/session-reading.js"
import { checkFreshness, signInProofOf } from "../session/sign-in-proof.js"
import type { ActiveSession } from "../session/to-session.js"
import { type Refusal, refuseAnonymous, refuseForbidden, refuseStale } from "./refuse.js"
import { noteSentForm } from "./sent-form.js"

export interface GuardOptions {
  /** Lets in only whom it returns `true` for; others get 403. */
  allow?: (session: ActiveSession, req: Request) => boolean | Promise<boolean>
  /** Lets in only users with one of these roles, in `user.role` or `user.roles`; others get 403. */
  roles?: readonly string[]
  /**
   * Lets in only who signed in within so many seconds, by a password, a mail, a passkey, or at an OpenID provider that
   * says it asked them just then. Others are asked to sign in again, and come back; a form they posted waits until they
   * say that it is to be sent.
   */
  maxAge?: number
  /**
   * With `maxAge`: types of provider whose sign-ins count although nothing proves that the person was asked anything.
   *
   * @default []
   */
  trust?: readonly ("oauth" | "oidc")[]
  /** Answers anonymous requests itself, instead of the redirect or 401. */
  onAnonymous?: RequestHandler
}

/**
 * Fills `req.auth` and `res.locals.session` with the session, or with `null` for an anonymous request. Works on other
 * servers too, where there may be no `res.locals`: Connect, `io.engine.use(session(config))` of Socket.IO.
 *
 * @throws through `next(err)`: `ERR_AUTH_SESSION` (503) when a callback or the database failed
 * @example
 * app.use(session(config))
 * app.get("/", (req, res) => res.send(req.auth ? `Hello ${req.auth.user.name}` : "Hello stranger"))
 */
export function session(source: ConfigSource): SessionHandler {
  checkConfig(source, "session")
  const handler: RequestHandler = function session(req, res, next) {
    settle(fillSession(req, res, source), () => next(), next)
  }
  return handler as SessionHandler
}

/**
 * Lets only signed-in people pass. It reads the session and never signs anyone in.
 *
 * A browser that opens a page is sent to the sign-in page and comes back afterwards; every other client gets 401
 * (`application/problem+json`; a page where a browser posted a form), never a redirect. Signed in but not allowed is 403.
 * What the route answers is `Cache-Control: private, no-store` unless the route says otherwise.
 *
 * It may stand before the whole app, before or after the mount of `ExpressAuth`: our own routes and the pages named in
 * `pages.signIn`, `pages.error` and `pages.verifyRequest` stay open.
 *
 * @throws {ConfigError} at construction, `ERR_AUTH_INVALID_OPTION`
 * @throws through `next(err)`: `ERR_AUTH_SESSION` (503), and what `allow` throws
 * @example
 * app.get("/admin", requireAuth(config, { roles: ["admin"] }), (req, res) => res.send(`Hello ${req.auth.user.name}`))
 */
export function requireAuth(source: ConfigSource, guard: GuardOptions = {}): AuthenticatedHandler {
  requireCalled(guard, "auth.requireAuth()")
  checkConfig(source, "requireAuth")
  checkGuard(guard)
  const mount = mountOf(source)

  function decide(visit: Visit, { session, config }: Filled): unknown {
    if (!session) return turnAway(visit, { config, mount }, () => refuse(visit, guard, { config, mount }))
    const allowed = isAllowed(session, visit.req, guard)
    if (allowed === true) return passFresh(visit, guard, { config, mount })
    const refuseOrPass = (value: boolean) =>
      value
        ? passFresh(visit, guard, { config, mount })
        : turnAway(visit, { config, mount }, () => refuseForbidden(visit.req, visit.res, { config, mount }))
    return settle(allowed, refuseOrPass, visit.next)
  }

  return function requireAuth(req: Request, res: ExpressResponse, next: NextFunction) {
    if (!req.app) return next(needsExpress("requireAuth()"))
    const visit = { req, res, next }
    settle(fillSession(req, res, source), (filled) => decide(visit, filled), next)
  }
}

/** What Express hands to a middleware. */
interface Visit {
  readonly req: Request
  readonly res: ExpressResponse
  readonly next: NextFunction
}

/** Whoever may pass, but signed in long ago, is asked again. */
function passFresh(visit: Visit, { maxAge, trust = [] }: GuardOptions, refusal: Refusal): unknown {
  if (maxAge === undefined) return pass(visit)
  const { req, res, next } = visit
  const decide = (reading: SessionReading) => {
    const rule = { maxAge, trust }
    const freshness = checkFreshness(signInProofOf(reading), rule)
    if (freshness === "fresh") {
      noteSentForm(req, res, refusal)
      return pass(visit)
    }
    const userId = identifySession(reading)?.userId
    const owner = userId === undefined ? undefined : { userId, rule }
    return turnAway(visit, refusal, () => refuseStale(req, res, { ...refusal, maxAge, freshness, owner }))
  }
  return settle(readSession(req, refusal.config), decide, next)
}

function pass({ res, next }: Visit): void {
  if (!res.hasHeader("cache-control")) res.setHeader("cache-control", "private, no-store")
  next()
}

function checkGuard(guard: GuardOptions): void {
  const known = ["allow", "roles", "maxAge", "trust", "onAnonymous"]
  const unknown = Object.keys(guard).find((name) => !known.includes(name))
  if (unknown)
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      `requireAuth() knows no option "${unknown}", only ${known.join(", ")}.`,
    )
  if (guard.roles !== undefined && !isListOfNames(guard.roles))
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      'requireAuth({ roles }) expects a list, e.g. roles: ["admin"].',
    )
  if (guard.maxAge !== undefined) requirePositive("requireAuth({ maxAge })", guard.maxAge)
  if (guard.trust !== undefined) requireTrust("requireAuth({ trust })", guard.trust)
  for (const name of ["allow", "onAnonymous"] as const)
    if (guard[name] !== undefined && typeof guard[name] !== "function")
      throw new ConfigError("ERR_AUTH_INVALID_OPTION", `requireAuth({ ${name} }) expects a function.`)
}

function isListOfNames(roles: unknown): boolean {
  return Array.isArray(roles) && roles.length > 0 && roles.every((role) => typeof role === "string")
}

function refuse({ req, res, next }: Visit, { onAnonymous, maxAge }: GuardOptions, refusal: Refusal): unknown {
  if (onAnonymous) return onAnonymous(req, res, next)
  return refuseAnonymous(req, res, { ...refusal, isFreshNeeded: maxAge !== undefined })
}

/**
 * Refuses a request, except on its way to the sign-in page or another route of ours: a guard of the whole app would send
 * people in a circle. What the mount of `ExpressAuth` does not answer is refused there.
 */
function turnAway({ req, next }: Visit, refusal: Refusal, refuse: () => unknown): unknown {
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

function rolesOf({ user }: ActiveSession): readonly string[] {
  const { role, roles } = user as { role?: unknown; roles?: unknown }
  return [role, roles].flat().filter((value) => typeof value === "string")
}
