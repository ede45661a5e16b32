import { dropDestination } from "../actions/destination.js"
import { startMethods, startSession } from "../actions/start-session.js"
import { stopSession } from "../actions/stop-session.js"
import { ExpressAuthError } from "../errors.js"
import { appendSetCookies, toSetCookie } from "../http/cookies.js"
import { requireUnsent } from "../replies/run-action.js"
import { sessionContextOf } from "../session/get-session.js"
import { clearSessionCookie } from "../session/session-cookie.js"
import { toAppUser } from "./app-user.js"
import { renewServerSession } from "./express-session.js"
import type { LoginOptions, LogoutOptions } from "./express-types.js"
import type { Visit } from "./passport-request.js"

interface LogInOptions extends LoginOptions {
  /** Has to succeed before the new session counts. */
  readonly prepare?: () => Promise<void>
}

/**
 * Signs a user in, as `req.login()`.
 *
 * @returns the new session's token; nothing where the user is signed in for the request only
 */
export async function logIn(
  visit: Visit,
  user: unknown,
  { session = true, keepSessionInfo, method = "app", remember, prepare }: LogInOptions,
): Promise<string | undefined> {
  const { req, res, config } = visit
  setUser(visit, user)
  if (!session) return
  try {
    requireKnown(method)
    const context = { ...sessionContextOf(req, config), res }
    const renew = async () => {
      await prepare?.()
      await renewServerSession(req, { keepSessionInfo })
    }
    const start = { user: toAppUser(user), method, remember, prepare: renew }
    const token = await startSession(context, start)
    appendSetCookies(res, dropDestination(context).map(toSetCookie))
    return token
  } catch (error) {
    setUser(visit, null)
    throw error
  }
}

/**
 * Signs out, as `req.logout()`. The cookie goes at once: old code redirects without waiting.
 */
export async function logOut(visit: Visit, options: LogoutOptions): Promise<void> {
  const { req, res, config } = visit
  const { headersSent } = res
  setUser(visit, null)
  const context = sessionContextOf(req, config)
  appendSetCookies(res, clearSessionCookie(req, context.cookies.sessionToken).map(toSetCookie))
  try {
    await stopSession(context)
  } finally {
    req.auth = null
    res.locals.session = null
    await renewServerSession(req, options)
  }
  if (headersSent) requireUnsent(res)
}

/** `null` for nobody, as Passport has it. */
function setUser({ req }: Visit, user: unknown): void {
  Object.assign(req, { user })
}

function requireKnown(method: NonNullable<LoginOptions["method"]>): void {
  if (startMethods.includes(method)) return
  throw new ExpressAuthError(
    "ERR_AUTH_LOGIN",
    `req.login() knows no method "${method}"; expected one of ${startMethods.join(", ")}.`,
  )
}
