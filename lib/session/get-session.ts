import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import { appendSetCookies, toSetCookie } from "../http/cookies.js"
import { isSecure } from "../http/origin.js"
import { readDatabaseSession } from "./read-database-session.js"
import { readJwtSession } from "./read-jwt-session.js"
import { readSessionCookie } from "./session-cookie.js"
import { anonymous, type SessionContext, type SessionReading } from "./session-reading.js"
import type { ActiveSession, SessionUpdate } from "./to-session.js"

/** One reading for each request and configuration, however often it is asked for. */
const readings = new WeakMap<Request, Map<ResolvedConfig, Promise<SessionReading>>>()

/**
 * The session of a request: an object with `user` and `expires`, or `null` for nobody. A failure is neither: it
 * throws, and the cookie stays.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503) when a callback or the database failed
 */
export async function getSession(req: Request, config: ResolvedConfig): Promise<ActiveSession | null> {
  return (await readSession(req, config)).session
}

/** As `getSession`, with what the cookie held. Renewed cookies are put on the response once. */
export function readSession(req: Request, config: ResolvedConfig): Promise<SessionReading> {
  const known = readings.get(req)?.get(config)
  return known ?? remember(req, config, read({ req, config, cookies: cookiesFor(req, config) }))
}

/** Reads the session afresh with `trigger: "update"`, and lets the rest of the request see the result. */
export function rereadSession(
  req: Request,
  config: ResolvedConfig,
  update: SessionUpdate,
): Promise<SessionReading> {
  return remember(req, config, read({ req, config, cookies: cookiesFor(req, config) }, update))
}

/** After sign-out, the rest of the request is anonymous. */
export function forgetSession(req: Request, config: ResolvedConfig): void {
  remember(req, config, Promise.resolve(anonymous()))
}

function remember(
  req: Request,
  config: ResolvedConfig,
  reading: Promise<SessionReading>,
): Promise<SessionReading> {
  const delivered = reading.then((result) => deliver(result, req.res))
  const byConfig = readings.get(req) ?? new Map<ResolvedConfig, Promise<SessionReading>>()
  readings.set(req, byConfig.set(config, delivered))
  return delivered
}

function deliver(reading: SessionReading, res: Response | undefined): SessionReading {
  if (res) appendSetCookies(res, reading.setCookies.map(toSetCookie))
  return reading
}

function cookiesFor(req: Request, config: ResolvedConfig): SessionContext["cookies"] {
  return isSecure(req, config) ? config.cookies.secure : config.cookies.plain
}

async function read(context: SessionContext, update?: SessionUpdate): Promise<SessionReading> {
  const { req, config, cookies } = context
  const sealed = readSessionCookie(req, cookies.sessionToken)
  if (!sealed) return anonymous()
  try {
    const readWith = config.session.strategy === "jwt" ? readJwtSession : readDatabaseSession
    const reading = await readWith(sealed, context, update)
    await emitSession(reading, config)
    return reading
  } catch (cause) {
    const error = new ExpressAuthError(
      "ERR_AUTH_SESSION",
      "The session could not be read; its cookie was kept.",
      {
        status: 503,
        cause,
      },
    )
    config.logger.error(error)
    throw error
  }
}

type SessionEvent = Parameters<NonNullable<ResolvedConfig["events"]["session"]>>[0]

/** As in core, a listener that fails is logged and changes nothing. */
async function emitSession(
  { session, token }: SessionReading,
  { events, logger }: ResolvedConfig,
): Promise<void> {
  if (!session || !events.session) return
  try {
    await events.session({ session, token } as SessionEvent)
  } catch (error) {
    logger.error(error)
  }
}
