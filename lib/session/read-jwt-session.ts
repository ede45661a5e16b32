import type { JWT } from "@auth/core/jwt"
import { type SessionCodec, sessionCodecOf } from "./codec/session-codec.js"
import type { DecodedToken } from "./codec/token-codec.js"
import { issueToken } from "./issue-token.js"
import { isRemembered, timesOf } from "./remember-me.js"
import { isRevoked, revocationKeys } from "./revocation.js"
import { claimsOf, pickOwnClaims, restoreClaims, type SessionClaims, startedAt } from "./session-claims.js"
import { clearSessionCookie, writeSessionCookie } from "./session-cookie.js"
import { anonymous, type SessionContext, type SessionReading } from "./session-reading.js"
import { type ActiveSession, type SessionUpdate, toJwtSession, toPlainSession } from "./to-session.js"
import { publishRefusedSession } from "./trace-reading.js"

type JwtCallback = NonNullable<SessionContext["config"]["callbacks"]["jwt"]>

/** A sealed token and its decoded content. */
interface OpenedToken {
  readonly sealed: string
  readonly decoded: DecodedToken | Promise<DecodedToken>
}

/** Decodes a session token with the codec of the session cookie. */
export function openToken(sealed: string, { config, cookies }: SessionContext): OpenedToken {
  return { sealed, decoded: sessionCodecOf(config, cookies.sessionToken.name).open(sealed) }
}

/**
 * The fast path: a cached token that is not due for renewal, under a configuration where only the token counts. Neither
 * decrypts nor parses.
 *
 * @returns `undefined` if the token has to be decoded
 */
export function recallJwtSession(
  sealed: string,
  { config, cookies }: SessionContext,
): SessionReading | undefined {
  if (!isSettled(config)) return
  const codec = sessionCodecOf(config, cookies.sessionToken.name)
  const claims = codec.recall(sealed)
  if (!claims || claims.exp <= Date.now() / 1000 || isDue(claims, config)) return
  return new RecalledReading({ user: { ...claims.user }, expires: claims.expires }, sealed, codec)
}

/** Parses the token only on access; most requests never need it. */
class RecalledReading implements SessionReading {
  readonly setCookies = []
  readonly session: ActiveSession
  readonly sealed: string
  readonly #codec: SessionCodec

  constructor(session: ActiveSession, sealed: string, codec: SessionCodec) {
    this.session = session
    this.sealed = sealed
    this.#codec = codec
  }

  get token(): JWT {
    const decoded = this.#codec.open(this.sealed)
    if (decoded instanceof Promise || decoded.status !== "valid") return {}
    return decoded.payload
  }
}

/**
 * The common path, synchronous: no callback to run, no store to ask, nothing to renew.
 *
 * @returns `undefined` if {@link readJwtSession} has to handle the token
 */
export function readSettledJwtSession(
  { sealed, decoded }: OpenedToken,
  { config }: SessionContext,
): SessionReading | undefined {
  if (!isSettled(config)) return
  if (decoded instanceof Promise || decoded.status !== "valid") return
  const { payload: token } = decoded
  if (isDue(token, config)) return
  return { session: toPlainSession(token, expiryOf(token, config)), setCookies: [], sealed, token }
}

/**
 * Reads a JWT session: decode → revocation → `callbacks.jwt` → `callbacks.session`. Seals the token again only for an
 * update, when the callback changed it, or when it is older than `session.updateAge`.
 *
 * @throws whatever the revocation store or a callback throws
 */
export async function readJwtSession(
  opened: OpenedToken,
  context: SessionContext,
  update?: SessionUpdate,
): Promise<SessionReading> {
  const { config, cookies, req } = context
  const { sealed } = opened
  const decoded = await opened.decoded
  if (decoded.status !== "valid") publishRefusedSession(refusals[decoded.status], config)
  if (decoded.status === "unknown-key") return anonymous()
  const ended = () => anonymous(clearSessionCookie(req, cookies.sessionToken))
  if (decoded.status !== "valid") return ended()
  const claims = claimsOf(decoded.payload)
  const who = { userId: decoded.payload.sub, sessionId: claims.sid }
  const end = await findEnd(decoded.payload, claims, config)
  if (end) {
    publishRefusedSession(end, config, who)
    if (config.audit && end === "revoked") recordUse(context, who.userId)
    return ended()
  }
  const token = config.callbacks.jwt
    ? await runJwtCallback(decoded.payload, config.callbacks.jwt, update)
    : decoded.payload
  if (token === null) {
    publishRefusedSession("callback", config, who)
    return ended()
  }
  const renew = update !== undefined || isDue(token, config) || isChanged(token, decoded.plaintext, config)
  if (!renew)
    return {
      session: await toJwtSession(token, expiryOf(token, config), config),
      setCookies: [],
      sealed,
      token,
    }
  const issued = await issueToken({ ...token, ...claims }, context)
  const session = await toJwtSession(token, issued.expires, config)
  const setCookies = writeSessionCookie(req, cookies.sessionToken, issued)
  return { session, setCookies, sealed: issued.sealed, token }
}

/** Does not delay the request, and loads what few requests need. */
async function recordUse({ req, config }: SessionContext, userId: string | undefined): Promise<void> {
  const { recordRefusal } = await import("../audit/record-event.js")
  await recordRefusal({ req, config }, "revoked-session-used", { userId })
}

/** Whether the configuration leaves the decision to the token alone. */
function isSettled({ session, callbacks, events, revocation }: Config): boolean {
  return (
    session.strategy === "jwt" &&
    session.absoluteMaxAge === undefined &&
    !revocation &&
    !callbacks.jwt &&
    !callbacks.session &&
    !events.session
  )
}

type Config = SessionContext["config"]

/** Why a token that is not decoded counts as no session. */
const refusals = { "unknown-key": "unknown", expired: "expired", invalid: "invalid" } as const

/** Returns why a session is over, `undefined` for one that is not. */
async function findEnd(
  { sub }: JWT,
  claims: SessionClaims,
  config: Config,
): Promise<"expired" | "revoked" | undefined> {
  const { absoluteMaxAge } = config.session
  if (absoluteMaxAge !== undefined && Date.now() / 1000 >= claims.auth_time + absoluteMaxAge) return "expired"
  if (!config.revocation) return
  const keys = revocationKeys(claims.sid, sub, claims.idp_session)
  return (await isRevoked(keys, startedAt(claims), config)) ? "revoked" : undefined
}

async function runJwtCallback(
  token: JWT,
  callback: JwtCallback,
  update: SessionUpdate | undefined,
): Promise<JWT | null> {
  const own = pickOwnClaims(token)
  const params = { token, ...(update && { trigger: update.trigger }), session: update?.data }
  const result = await callback(params as Parameters<JwtCallback>[0])
  return result === null ? null : restoreClaims(requireToken(result), own)
}

/**
 * Our claims are restored on the result, so anything but an object would become a session without a user that passes
 * every guard.
 */
function requireToken(result: unknown): JWT {
  if (typeof result === "object" && result !== null && !Array.isArray(result)) return { ...result }
  throw new TypeError(
    `callbacks.jwt returned ${JSON.stringify(result)}; expected the token, or null to end the session.`,
  )
}

/** Compares with the decrypted JSON, because the callback usually mutates its argument. */
function isChanged(token: JWT, plaintext: string, { callbacks }: Config): boolean {
  return callbacks.jwt !== undefined && JSON.stringify(token) !== plaintext
}

/** Tokens without `iat` are renewed on every read, as core does with all tokens. */
function isDue(token: { iat?: unknown; auth_remembered?: unknown }, config: Config): boolean {
  const { iat } = token
  if (typeof iat !== "number") return true
  const { updateAge } = timesOf(isRemembered(token.auth_remembered, config), config)
  return Date.now() / 1000 - iat >= updateAge
}

function expiryOf({ exp }: JWT, { session }: Config): Date {
  return new Date(typeof exp === "number" ? exp * 1000 : Date.now() + session.maxAge * 1000)
}
