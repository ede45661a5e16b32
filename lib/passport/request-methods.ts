import type { Request } from "express"
import { ConfigError } from "../errors.js"
import type { LoginOptions, LogoutOptions } from "./express-types.js"
import { logIn, logOut } from "./login.js"
import { type Visit, visitOf } from "./passport-request.js"

type Done = (error?: unknown) => void

/** What Passport adds to requests: every form of the arguments that its version 0.7 takes, and promises beside. */
export const requestMethods = {
  login,
  logIn: login,
  logout,
  logOut: logout,
  isAuthenticated(this: Request): boolean {
    return Boolean(this.user)
  },
  isUnauthenticated(this: Request): boolean {
    return !this.user
  },
}

function login(this: Request, user: unknown, options?: LoginOptions | Done, done?: Done) {
  const [chosen, callback] = arrange(options, done)
  const visit = requireVisit(this)
  return conclude(visit, logIn(visit, user, chosen), callback)
}

function logout(this: Request, options?: LogoutOptions | Done, done?: Done) {
  const [chosen, callback] = arrange(options, done)
  const visit = requireVisit(this)
  return conclude(visit, logOut(visit, chosen), callback)
}

function arrange<Options extends object>(
  options: Options | Done | null | undefined,
  done: Done | undefined,
): [Options | Record<string, never>, Done | undefined] {
  return typeof options === "function" ? [{}, options] : [options ?? {}, done]
}

/**
 * Hands the outcome to the callback, or out as a promise. What a callback throws goes to `next(err)`; a promise nobody
 * waits for is logged when it fails. Neither ends the process.
 */
function conclude(
  { req, config }: Visit,
  work: Promise<unknown>,
  callback: Done | undefined,
): Promise<void> | undefined {
  const finished = work.then(() => {})
  if (callback) return void finished.then(() => callback(), callback).catch((error) => req.next?.(error))
  finished.catch((error) => config.logger.error(error))
  return finished
}

/** The methods sit on the request that was equipped with them, or on one made of it, as strategies get it. */
function requireVisit(req: Request): Visit {
  const visit = visitOf(req) ?? visitOf(Object.getPrototypeOf(req))
  if (visit) return visit
  throw new ConfigError("ERR_AUTH_INVALID_OPTION", "Call it as a method of the request: req.login(user).")
}
