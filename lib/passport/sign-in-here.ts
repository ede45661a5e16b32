import type { NextFunction } from "express"
import { signInFromApp } from "../actions/sign-in.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import type { ConfigSource } from "../http/config-for.js"
import { appendSetCookies } from "../http/cookies.js"
import { answer } from "../replies/run-action.js"
import { readChunkedCookie } from "../session/chunked-cookie.js"
import { joinSession } from "../session/get-session.js"
import type { ActiveSession } from "../session/to-session.js"
import { equip } from "./passport.js"
import { passportRequestOf } from "./passport-request.js"

interface Here {
  readonly context: AuthContext
  readonly source: ConfigSource
  readonly next: NextFunction
}

/**
 * Signs in and responds. When the sign-in succeeds immediately and no `redirectTo` is given, sends no response and
 * calls the next handler, with `req.user` set.
 */
export async function signInHere(
  { context, source, next }: Here,
  provider: string,
  redirectTo: string | undefined,
): Promise<void> {
  const options = redirectTo === undefined ? {} : { redirectTo }
  const answered = await answer(context, async () => {
    const response = await signInFromApp(context, provider, options)
    const cookies = response.headers.getSetCookie()
    const token = issuedToken(cookies, context.cookies.sessionToken.name)
    if (redirectTo !== undefined || token === undefined) return response
    appendSetCookies(context.res, cookies)
    await enter(context, source, token)
    return undefined
  })
  if (!answered) next()
}

/** Reads the session token from Set-Cookie lines, skipping empty ones, which remove chunks. */
function issuedToken(lines: readonly string[], name: string): string | undefined {
  const pairs = lines.map((line) => line.split(";", 1).join()).filter((pair) => !pair.endsWith("="))
  return readChunkedCookie(pairs.join("; "), name)?.value
}

async function enter({ req, res, config }: AuthContext, source: ConfigSource, token: string): Promise<void> {
  const { session } = await joinSession(req, config, token)
  req.auth = session
  res.locals.session = session
  const equipped = passportRequestOf(req)
  const user = session && (equipped?.source === source ? await equipped.findUser(session, req) : session.user)
  if (equipped) equip(equipped, { session, user })
  else Object.assign(req, { user })
  if (!user) throw unknownUser(session)
}

function unknownUser(session: ActiveSession | null): ExpressAuthError {
  const reason = session ? "deserializeUser found no user for it" : "a callback refused it"
  return new ExpressAuthError("ERR_AUTH_LOGIN", `The new session cannot be used: ${reason}.`, {
    status: 403,
  })
}
