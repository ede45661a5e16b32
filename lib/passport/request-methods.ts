import type { Request } from "express"
import { ConfigError } from "../errors.js"
import type { LoginOptions, LogoutOptions } from "./express-types.js"
import { logIn, logOut } from "./login.js"
import { type PassportRequest, passportRequestOf } from "./passport-request.js"

type Done = (error?: unknown) => void

/** The methods that Passport 0.7 adds to requests, with every form of their arguments; they also return promises. */
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
  const equipped = requirePassportRequest(this)
  return conclude(equipped, logIn(equipped, user, chosen), callback)
}

function logout(this: Request, options?: LogoutOptions | Done, done?: Done) {
  const [chosen, callback] = arrange(options, done)
  const equipped = requirePassportRequest(this)
  return conclude(equipped, logOut(equipped, chosen), callback)
}

function arrange<Options extends object>(
  options: Options | Done | null | undefined,
  done: Done | undefined,
): [Options | Record<string, never>, Done | undefined] {
  return typeof options === "function" ? [{}, options] : [options ?? {}, done]
}

/**
 * Reports the outcome to the callback, or returns it as a promise. An error thrown by the callback goes to `next(err)`;
 * a rejection is logged as well, so that an unawaited promise cannot end the process.
 */
function conclude(
  { req, config }: PassportRequest,
  work: Promise<unknown>,
  callback: Done | undefined,
): Promise<void> | undefined {
  const finished = work.then(() => {})
  if (callback) return void finished.then(() => callback(), callback).catch((error) => req.next?.(error))
  finished.catch((error) => config.logger.error(error))
  return finished
}

/** Looks at the prototype too: strategies get an object derived from the request. */
function requirePassportRequest(req: Request): PassportRequest {
  const equipped = passportRequestOf(req) ?? passportRequestOf(Object.getPrototypeOf(req))
  if (equipped) return equipped
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "req.login() or req.logout() was called without its request. Call it as a method: req.login(user).",
  )
}
