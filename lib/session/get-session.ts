import type { JWT } from "@auth/core/jwt"
import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import { appendSetCookies, toSetCookie } from "../http/cookies.js"
import { isSecure } from "../http/origin.js"
import { exposeSignIn } from "./expose-sign-in.js"
import { readDatabaseSession } from "./read-database-session.js"
import { openToken, readJwtSession, readSettledJwtSession, recallJwtSession } from "./read-jwt-session.js"
import { isReadingRemembered } from "./remember-me.js"
import { sealToken } from "./seal-token.js"
import { claimsOf } from "./session-claims.js"
import { readSessionCookie, writeSessionCookie } from "./session-cookie.js"
import { anonymous, type SessionContext, type SessionReading } from "./session-reading.js"
import type { SessionUpdate } from "./to-session.js"

type Awaitable<Value> = Value | Promise<Value>

/** One reading for each request and configuration, however often it is asked for. */
interface Memo {
  readonly config: ResolvedConfig
  readonly reading: Awaitable<SessionReading>
  /** Of another configuration: apps rarely have two. */
  readonly other: Memo | undefined
}

const memos = new WeakMap<Request, Memo>()

function recall(req: Request, config: ResolvedConfig): Awaitable<SessionReading> | undefined {
  let memo = memos.get(req)
  while (memo && memo.config !== config) memo = memo.other
  return memo?.reading
}

/**
 * What a request's session cookie stands for: a session, or `null` for nobody. A failure is neither: it throws, and the
 * cookie stays. Renewed cookies are put on the response. Answers at once where nothing has to be waited for.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503) when a callback, the database or the revocation store failed
 */
export function readSession(req: Request, config: ResolvedConfig): Awaitable<SessionReading> {
  return recall(req, config) ?? remember(req, config, read(sessionContextOf(req, config)))
}

/**
 * Reads the session afresh with `trigger: "update"`, and lets the rest of the request see the result. Where the request
 * renewed its session before, it goes on from there: the token that came may hold what is used up by now.
 */
export async function rereadSession(
  req: Request,
  config: ResolvedConfig,
  update: SessionUpdate,
): Promise<SessionReading> {
  const former = await Promise.resolve(recall(req, config)).catch(() => undefined)
  if (former && former.sealed === undefined) return former
  const known = { sealed: former?.sealed, signIn: former?.signIn }
  return remember(req, config, read(sessionContextOf(req, config), { update, ...known }))
}

/** Lets the rest of the request go on with a session it began itself; its cookies are put on the response. */
export function adoptSession(req: Request, config: ResolvedConfig, reading: SessionReading): void {
  remember(req, config, reading)
}

/** Reads a session that this request's cookie does not hold yet: another request of the browser's has just begun it. */
export async function joinSession(
  req: Request,
  config: ResolvedConfig,
  sealed: string,
): Promise<SessionReading> {
  const context = sessionContextOf(req, config)
  const reading = await read(context, { sealed })
  const { session, token, row, signIn } = reading
  if (!session || reading.setCookies.length > 0) return remember(req, config, reading)
  const remembered = isReadingRemembered(reading, config)
  const issued = { sealed, expires: new Date(session.expires), remembered }
  const setCookies = writeSessionCookie(req, context.cookies.sessionToken, issued)
  return remember(req, config, {
    session,
    setCookies,
    sealed,
    ...(token && { token }),
    ...(row && { row, ...(signIn && { signIn }) }),
  })
}

/** The token of a request's session as far as it is known without reading it: begun or renewed by the request itself. */
export async function currentToken(req: Request, config: ResolvedConfig): Promise<string | undefined> {
  const reading = await Promise.resolve(recall(req, config)).catch(() => undefined)
  return reading?.sealed
}

/** After sign-out, the rest of the request is anonymous. */
export function forgetSession(req: Request, config: ResolvedConfig): void {
  remember(req, config, anonymous())
}

/**
 * Changes the token of this request's session and renews its cookie, without asking a callback. The rest of the request
 * goes on from there.
 */
export async function changeToken(
  req: Request,
  config: ResolvedConfig,
  change: (token: JWT) => JWT,
): Promise<void> {
  const reading = await readSession(req, config)
  if (!reading.session || !reading.token) return
  const context = sessionContextOf(req, config)
  const token = { ...change(reading.token), ...claimsOf(reading.token) }
  const issued = await sealToken(token, context)
  const setCookies = writeSessionCookie(req, context.cookies.sessionToken, issued)
  const session = { ...reading.session, expires: issued.expires.toISOString() }
  await remember(req, config, { session, token, sealed: issued.sealed, setCookies })
}

/** A request as the readers of sessions see it. */
export function sessionContextOf(req: Request, config: ResolvedConfig): SessionContext {
  return { req, config, cookies: isSecure(req, config) ? config.cookies.secure : config.cookies.plain }
}

function remember(
  req: Request,
  config: ResolvedConfig,
  reading: Awaitable<SessionReading>,
): Awaitable<SessionReading> {
  const delivered =
    reading instanceof Promise
      ? reading.then((result) => deliver(result, req.res))
      : deliver(reading, req.res)
  memos.set(req, { config, reading: delivered, other: memos.get(req) })
  return delivered
}

function deliver(reading: SessionReading, res: Response | undefined): SessionReading {
  exposeSignIn(reading)
  if (!res || res.headersSent || reading.setCookies.length === 0) return reading
  appendSetCookies(res, reading.setCookies.map(toSetCookie))
  // A shared cache would hand the session to whoever comes next. Where the app says something else later, that holds.
  if (res.getHeader("cache-control") === undefined) res.setHeader("cache-control", "private, no-store")
  return reading
}

interface Rereading {
  readonly update?: SessionUpdate
  /** Instead of the cookie's value. */
  readonly sealed?: string | undefined
  /** What is known of the sign-in already. */
  readonly signIn?: SessionReading["signIn"] | undefined
}

function read(
  context: SessionContext,
  { update, sealed: renewed, signIn }: Rereading = {},
): Awaitable<SessionReading> {
  const sealed = renewed ?? readSessionCookie(context.req, context.cookies.sessionToken)
  if (!sealed) return anonymous()
  if (context.config.session.strategy === "database")
    return finish(context, readDatabaseSession(sealed, context, { update, signIn }))
  const recalled = update ? undefined : recallJwtSession(sealed, context)
  if (recalled) return recalled
  const opened = openToken(sealed, context)
  const settled = update ? undefined : readSettledJwtSession(opened, context)
  return settled ?? finish(context, readJwtSession(opened, context, update))
}

async function finish({ config }: SessionContext, reading: Promise<SessionReading>): Promise<SessionReading> {
  try {
    const result = await reading
    await emitSession(result, config)
    return result
  } catch (cause) {
    const message = "The session could not be read; its cookie was kept."
    const error = new ExpressAuthError("ERR_AUTH_SESSION", message, { status: 503, cause })
    config.logger.error(error)
    throw error
  }
}

type SessionEvent = Parameters<NonNullable<ResolvedConfig["events"]["session"]>>[0]

/** As in core, `expires` of a row is a date, and a listener that fails is logged and changes nothing. */
async function emitSession(
  { session, token, row }: SessionReading,
  { events, logger }: ResolvedConfig,
): Promise<void> {
  if (!session || !events.session) return
  try {
    const told = row ? { ...session, expires: new Date(session.expires) } : session
    await events.session({ session: told, token } as SessionEvent)
  } catch (error) {
    logger.error(error)
  }
}
