import type { Request, RequestHandler } from "express"
import { resolveConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { type ExpressAuthHandler, sourceOf } from "../express-auth.js"
import { requireCalled } from "../http/config-for.js"
import { type Filled, fillSession, settle } from "../session/fill-session.js"
import { forgetSession } from "../session/get-session.js"
import type { ActiveSession } from "../session/to-session.js"
import { noteFinder } from "./linking-user.js"
import { type PassportRequest, passportRequestOf, setPassportRequest } from "./passport-request.js"
import { requestMethods } from "./request-methods.js"
import { lendReturnTo } from "./return-to.js"

/** Query builders are not promises, but can be awaited. */
type Awaitable<Value> = Value | PromiseLike<Value>

/** Options of {@link passport}. */
export interface PassportOptions {
  /**
   * Finds the user of a session, for `req.user`. Runs once per request with a session. Return `null` or `false` for a
   * deleted user: the request is then anonymous, for guards as well.
   *
   * @default the session's `user`
   */
  deserializeUser?: (
    session: ActiveSession,
    req: Request,
  ) => Awaitable<Express.User | null | false | undefined>
  /**
   * Adds a `req.session` that stores only `returnTo`, so that guards such as `connect-ensure-login` return users to the
   * requested page. Does not work together with express-session, which uses the same property.
   *
   * @default false
   */
  returnTo?: boolean
}

/**
 * Returns middleware that adds Passport's request API on top of our sessions: `req.user`, `req.isAuthenticated()`,
 * `req.isUnauthenticated()`, `req.login()` and `req.logout()`, as well as `req.auth`. It replaces `express-session`,
 * `passport.initialize()` and `passport.session()`.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` at construction
 * @throws through `next(err)`: `ERR_AUTH_SESSION` (503), and errors of `deserializeUser`
 * @example
 * app.use("/auth", auth)
 * app.use(passport(auth, { deserializeUser: ({ user }) => users.find(user.id) }))
 * app.get("/", (req, res) => res.send(req.isAuthenticated() ? "Welcome back" : "Hello stranger"))
 */
export function passport(auth: ExpressAuthHandler, options: PassportOptions = {}): RequestHandler {
  requireCalled(auth, "passport(auth)")
  checkOptions(options)
  const source = sourceOf(auth, "passport()")
  const { deserializeUser = ({ user }: ActiveSession): Express.User => user, returnTo } = options

  if (typeof source !== "function") noteFinder(resolveConfig(source), deserializeUser)

  return function passport(req, res, next) {
    if (passportRequestOf(req)?.source === source) return next()
    const arrivedAt = Date.now()
    const proceed = ({ session, config }: Filled) => {
      if (typeof source === "function") noteFinder(config, deserializeUser)
      const equipped = { req, res, source, config, arrivedAt, findUser: deserializeUser }
      const admit = (user: unknown) => {
        equip(equipped, { session, user })
        if (returnTo) lendReturnTo(equipped)
        next()
      }
      settle(session ? toPromise(deserializeUser(session, req)) : undefined, admit, next)
    }
    settle(fillSession(req, res, source), proceed, next)
  }
}

/** Adds Passport's methods to a request and sets `req.user`; a session without a user makes the request anonymous. */
export function equip(
  equipped: PassportRequest,
  { session, user }: { session: ActiveSession | null; user: unknown },
): void {
  const { req, res, config } = equipped
  setPassportRequest(equipped)
  Object.assign(req, requestMethods)
  if (user) Object.assign(req, { user })
  else if (session) {
    // Keep the session itself: a lookup that wrongly finds no user must not sign the user out permanently.
    forgetSession(req, config)
    req.auth = null
    res.locals.session = null
  }
}

/** Awaits query builders too: an unexecuted query is truthy, and taken as the user it would sign in every visitor. */
function toPromise<Value>(found: Awaitable<Value>): Value | Promise<Value> {
  return isThenable(found) ? Promise.resolve(found) : found
}

function isThenable<Value>(found: Awaitable<Value>): found is PromiseLike<Value> {
  return typeof (found as Partial<PromiseLike<Value>> | null | undefined)?.then === "function"
}

function checkOptions({ deserializeUser, returnTo, ...others }: PassportOptions): void {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    throw misuse(`passport() has no option "${unknown}"; expected deserializeUser or returnTo.`)
  if (deserializeUser !== undefined && typeof deserializeUser !== "function")
    throw misuse("passport(auth, { deserializeUser }) expects a function.")
  if (returnTo !== undefined && typeof returnTo !== "boolean")
    throw misuse("passport(auth, { returnTo }) expects true or false.")
}

function misuse(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
