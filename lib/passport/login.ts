import { dropDestination } from "../actions/destination.js"
import { startMethods, startSession } from "../actions/start-session.js"
import { stopSession } from "../actions/stop-session.js"
import { ExpressAuthError } from "../errors.js"
import { mountOf } from "../http/config-for.js"
import { appendSetCookies, requireUnsent, toSetCookie } from "../http/cookies.js"
import { forgetFormerLogin } from "../session/end-session.js"
import { sessionContextOf } from "../session/get-session.js"
import { clearSessionCookie } from "../session/session-cookie.js"
import { toAppUser } from "./app-user.js"
import { renewServerSession } from "./express-session.js"
import type { LoginOptions, LogoutOptions } from "./express-types.js"
import type { PassportRequest } from "./passport-request.js"

interface LogInOptions extends LoginOptions {
  /** Must succeed before the new session takes effect. Set by the migration, which ends the old session itself. */
  readonly prepare?: () => Promise<void>
}

/**
 * Signs a user in, for `req.login()`.
 *
 * @returns the new session's token; `undefined` when the user is signed in for this request only
 */
export async function logIn(
  equipped: PassportRequest,
  user: unknown,
  { session = true, keepSessionInfo, method = "app", remember, prepare }: LogInOptions,
): Promise<string | undefined> {
  const { req, res, config, arrivedAt } = equipped
  setUser(equipped, user)
  if (!session) return
  try {
    requireKnownMethod(method)
    const context = { ...sessionContextOf(req, config), res, arrivedAt, ...mountedAt(equipped) }
    const renew = async () => {
      await prepare?.()
      await renewServerSession(req, { keepSessionInfo })
    }
    const start = { user: toAppUser(user), method, remember, prepare: renew }
    const token = await startSession(context, start)
    appendSetCookies(res, dropDestination(context).map(toSetCookie))
    if (!prepare) forgetFormerLogin(context)
    return token
  } catch (error) {
    setUser(equipped, null)
    throw error
  }
}

/** Signs out, for `req.logout()`. Clears the cookie synchronously, because older code redirects without waiting. */
export async function logOut(equipped: PassportRequest, options: LogoutOptions): Promise<void> {
  const { req, res, config } = equipped
  const { headersSent } = res
  setUser(equipped, null)
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

/** Notices link to our pages. If it is not clear where those are, the usual place is assumed. */
function mountedAt({ source, config, req }: PassportRequest): { basePath?: string } {
  if (!config.notices) return {}
  try {
    return { basePath: mountOf(source).paths(config, req).basePath }
  } catch {
    return {}
  }
}

/** Sets `req.user`; `null` for an anonymous request, as Passport does. */
function setUser({ req }: PassportRequest, user: unknown): void {
  Object.assign(req, { user })
}

function requireKnownMethod(method: NonNullable<LoginOptions["method"]>): void {
  if (startMethods.includes(method)) return
  throw new ExpressAuthError(
    "ERR_AUTH_LOGIN",
    `\`method\` of req.login() is "${method}"; expected one of ${startMethods.join(", ")}.`,
  )
}
