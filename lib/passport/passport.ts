import type { Request, RequestHandler } from "express"
import { resolveConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { type ExpressAuthHandler, sourceOf } from "../express-auth.js"
import { type Filled, fillSession, settle } from "../session/fill-session.js"
import { forgetSession } from "../session/get-session.js"
import type { ActiveSession } from "../session/to-session.js"
import { noteFinder } from "./linking-user.js"
import { beginVisit, type Visit, visitOf } from "./passport-request.js"
import { requestMethods } from "./request-methods.js"
import { lendReturnTo } from "./return-to.js"

/** Query builders are no promises, but can be waited for. */
type Awaitable<Value> = Value | PromiseLike<Value>

export interface PassportOptions {
  /**
   * Finds the user of a session, for `req.user`; asked once for each request that has a session. `null` or `false` for a
   * user who is gone: the request is anonymous then, to guards as well.
   *
   * @default the session's own `user`
   */
  deserializeUser?: (
    session: ActiveSession,
    req: Request,
  ) => Awaitable<Express.User | null | false | undefined>
  /**
   * Gives requests a `req.session` that holds `returnTo` and nothing else, so that guards like `connect-ensure-login` lead
   * back to the page that was asked for. Not together with express-session, which would find its place taken.
   *
   * @default false
   */
  returnTo?: boolean
}

/**
 * Gives requests what Passport gives them, on sessions of ours: `req.user`, `req.isAuthenticated()`,
 * `req.isUnauthenticated()`, `req.login()` and `req.logout()`, and `req.auth` beside. It stands in for
 * `express-session`, `passport.initialize()` and `passport.session()`.
 *
 * @throws {ConfigError} at construction, `ERR_AUTH_INVALID_OPTION`
 * @throws through `next(err)`: `ERR_AUTH_SESSION` (503), and what `deserializeUser` throws
 * @example
 * app.use("/auth", auth)
 * app.use(passport(auth, { deserializeUser: ({ user }) => users.find(user.id) }))
 * app.get("/", (req, res) => res.send(req.isAuthenticated() ? "Welcome back" : "Hello stranger"))
 */
export function passport(auth: ExpressAuthHandler, options: PassportOptions = {}): RequestHandler {
  checkOptions(options)
  const source = sourceOf(auth, "passport()")
  const { deserializeUser = ({ user }: ActiveSession): Express.User => user, returnTo } = options

  if (typeof source !== "function") noteFinder(resolveConfig(source), deserializeUser)

  return function passport(req, res, next) {
    if (visitOf(req)?.source === source) return next()
    const proceed = ({ session, config }: Filled) => {
      if (typeof source === "function") noteFinder(config, deserializeUser)
      const visit = { req, res, source, config, findUser: deserializeUser }
      const admit = (user: unknown) => {
        equip(visit, { session, user })
        if (returnTo) lendReturnTo(visit)
        next()
      }
      settle(session ? toPromise(deserializeUser(session, req)) : undefined, admit, next)
    }
    settle(fillSession(req, res, source), proceed, next)
  }
}

/** Gives a request the user of its session. */
export function equip(
  visit: Visit,
  { session, user }: { session: ActiveSession | null; user: unknown },
): void {
  const { req, res, config } = visit
  beginVisit(visit)
  Object.assign(req, requestMethods)
  if (user) Object.assign(req, { user })
  else if (session) {
    // The session is kept: a lookup that finds nobody by mistake must not sign anybody out for good.
    forgetSession(req, config)
    req.auth = null
    res.locals.session = null
  }
}

/** Taken for a user, a query nobody has run would sign everybody in. */
function toPromise<Value>(found: Awaitable<Value>): Value | Promise<Value> {
  return isThenable(found) ? Promise.resolve(found) : found
}

function isThenable<Value>(found: Awaitable<Value>): found is PromiseLike<Value> {
  return typeof (found as Partial<PromiseLike<Value>> | null | undefined)?.then === "function"
}

function checkOptions({ deserializeUser, returnTo, ...others }: PassportOptions): void {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    throw misuse(`passport() knows no option "${unknown}", only deserializeUser and returnTo.`)
  if (deserializeUser !== undefined && typeof deserializeUser !== "function")
    throw misuse("passport(auth, { deserializeUser }) expects a function.")
  if (returnTo !== undefined && typeof returnTo !== "boolean")
    throw misuse("passport(auth, { returnTo }) expects true or false.")
}

function misuse(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
