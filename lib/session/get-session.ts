import type { JWT } from "@auth/core/jwt"
import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { steps } from "../diagnostics/channels.js"
import { ExpressAuthError } from "../errors.js"
import { appendSetCookies, toSetCookie } from "../http/cookies.js"
import { isSecure } from "../http/origin.js"
import { exposeSignIn } from "./expose-sign-in.js"
import { issueToken } from "./issue-token.js"
import { readDatabaseSession } from "./read-database-session.js"
import { openToken, readJwtSession, readSettledJwtSession, recallJwtSession } from "./read-jwt-session.js"
import { isReadingRemembered } from "./remember-me.js"
import { claimsOf } from "./session-claims.js"
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from "./session-cookie.js"
import { anonymous, type SessionContext, type SessionReading } from "./session-reading.js"
import type { SessionUpdate } from "./to-session.js"
import { publishRenewal, traceReading } from "./trace-reading.js"

type Awaitable<Value> = Value | Promise<Value>

/** Caches one reading per request and configuration. */
interface Memo {
  readonly config: ResolvedConfig
  readonly reading: Awaitable<SessionReading>
  /** The reading of another configuration; few apps use more than one per request. */
  readonly other: Memo | undefined
}

const memos = new WeakMap<Request, Memo>()

function recall(req: Request, config: ResolvedConfig): Awaitable<SessionReading> | undefined {
  let memo = memos.get(req)
  while (memo && memo.config !== config) memo = memo.other
  return memo?.reading
}

/**
 * Reads the session behind a request's cookie, `null` for an anonymous request. A failure throws and keeps the cookie,
 * rather than treating the visitor as anonymous. Renewed cookies are added to the response. Returns synchronously if no
 * promise is involved. Repeated calls for a request return the same reading.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503) if a callback, the database or the revocation store failed
 */
export function readSession(req: Request, config: ResolvedConfig): Awaitable<SessionReading> {
  return recall(req, config) ?? remember(req, config, read(sessionContextOf(req, config)))
}

/**
 * Reads the session again with `trigger: "update"`; the rest of the request sees the result. If this request already
 * renewed its session, starts from the renewed token: the one in the request may contain refresh tokens that are used
 * up.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503), see {@link readSession}
 */
export async function rereadSession(
  req: Request,
  config: ResolvedConfig,
  update: SessionUpdate,
): Promise<SessionReading> {
  const previous = await Promise.resolve(recall(req, config)).catch(() => undefined)
  if (previous && previous.sealed === undefined) return previous
  const renewed = { sealed: previous?.sealed, signIn: previous?.signIn }
  return remember(req, config, read(sessionContextOf(req, config), { update, ...renewed }))
}

/** Uses a session that this request started for the rest of the request, and adds its cookies to the response. */
export function adoptSession(req: Request, config: ResolvedConfig, reading: SessionReading): void {
  remember(req, config, reading)
}

/**
 * Reads a session that another request of the same browser has just started and this request's cookie does not hold
 * yet. Its cookies are added to the response.
 *
 * @param sealed the session token
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503), see {@link readSession}
 */
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
  return remember(req, config, { session, setCookies, sealed, token, row, signIn })
}

/**
 * Returns the sealed session token if this request has already read, started or renewed its session; never reads it.
 */
export async function currentToken(req: Request, config: ResolvedConfig): Promise<string | undefined> {
  const reading = await Promise.resolve(recall(req, config)).catch(() => undefined)
  return reading?.sealed
}

/** Makes the rest of the request anonymous, after sign-out. */
export function forgetSession(req: Request, config: ResolvedConfig): void {
  remember(req, config, anonymous())
}

/**
 * Changes the claims of this request's session token and renews its cookie, without running callbacks. The rest of the
 * request sees the new token. Does nothing for anonymous requests and database sessions.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503), see {@link readSession}; (500) if the token becomes too long
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
  const issued = await issueToken(token, context)
  const setCookies = writeSessionCookie(req, context.cookies.sessionToken, issued)
  const session = { ...reading.session, expires: issued.expires.toISOString() }
  await remember(req, config, { session, token, sealed: issued.sealed, setCookies })
}

/** Returns what reading a session needs: the request, the configuration, and the cookies for its protocol. */
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
  // Keeps shared caches from storing the cookie. A header that the app sets later wins.
  if (res.getHeader("cache-control") === undefined) res.setHeader("cache-control", "private, no-store")
  return reading
}

interface Rereading {
  readonly update?: SessionUpdate
  /** Replaces the cookie's value. */
  readonly sealed?: string | undefined
  /** The sign-in record, if this request has read it already. */
  readonly signIn?: SessionReading["signIn"] | undefined
}

function read(context: SessionContext, rereading: Rereading = {}): Awaitable<SessionReading> {
  const sealed = rereading.sealed ?? readSessionCookie(context.req, context.cookies.sessionToken)
  if (sealed === undefined) return anonymous()
  if (!steps["session-read"].hasSubscribers) return readSealed(sealed, context, rereading)
  return traceReading(context, () => readSealed(sealed, context, rereading))
}

function readSealed(
  sealed: string,
  context: SessionContext,
  { update, signIn }: Rereading,
): Awaitable<SessionReading> {
  if (!sealed) return anonymous(clearSessionCookie(context.req, context.cookies.sessionToken))
  if (context.config.session.strategy === "database")
    return finish(context, readDatabaseSession(sealed, context, { update, signIn }), update)
  const recalled = update ? undefined : recallJwtSession(sealed, context)
  if (recalled) return recalled
  const opened = openToken(sealed, context)
  const settled = update ? undefined : readSettledJwtSession(opened, context)
  return settled ?? finish(context, readJwtSession(opened, context, update), update)
}

async function finish(
  { config }: SessionContext,
  reading: Promise<SessionReading>,
  update: SessionUpdate | undefined,
): Promise<SessionReading> {
  try {
    const result = await reading
    publishRenewal(result, config, update ? "update" : "use")
    await emitSession(result, config)
    return result
  } catch (cause) {
    const message = "Could not read the session; its cookie was kept. See `cause`."
    const error = new ExpressAuthError("ERR_AUTH_SESSION", message, { status: 503, cause })
    config.logger.error(error)
    throw error
  }
}

type SessionEvent = Parameters<NonNullable<ResolvedConfig["events"]["session"]>>[0]

/**
 * Emits `events.session`. As in core, a database session's `expires` is a `Date`. A listener's error is logged only.
 */
async function emitSession(
  { session, token, row }: SessionReading,
  { events, logger }: ResolvedConfig,
): Promise<void> {
  if (!session || !events.session) return
  try {
    const emitted = row ? { ...session, expires: new Date(session.expires) } : session
    await events.session({ session: emitted, token } as SessionEvent)
  } catch (error) {
    logger.error(error)
  }
}
