import type { JWT } from "@auth/core/jwt"
import type { AuthContext } from "../http/auth-context.js"
import { decodeSession, encodeSession, jwtMaxAge } from "./session-codec.js"
import { clearSessionCookie, writeSessionCookie } from "./session-cookie.js"
import { anonymous, type SessionContext, type SessionReading } from "./session-reading.js"
import { type SessionUpdate, toJwtSession } from "./to-session.js"

type JwtCallback = NonNullable<AuthContext["config"]["callbacks"]["jwt"]>

/**
 * Cookie → decrypt → `callbacks.jwt` → `callbacks.session`. The token is sealed again only when the callback changed
 * it, when it is older than `session.updateAge`, or for an update.
 */
export async function readJwtSession(
  sealed: string,
  context: SessionContext,
  update?: SessionUpdate,
): Promise<SessionReading> {
  const { config, cookies, req } = context
  const { sessionToken } = cookies
  const decoded = await decodeSession(sealed, sessionToken.name, config)
  if (decoded.status === "unknown-key") return anonymous()
  if (decoded.status !== "valid") return anonymous(clearSessionCookie(req, sessionToken))
  const token = await runJwtCallback(decoded.payload, config.callbacks.jwt, update)
  if (token === null) return anonymous(clearSessionCookie(req, sessionToken))
  const renew =
    update !== undefined ||
    isDue(token, config.session.updateAge) ||
    isChanged(token, decoded.plaintext, config)
  const expires = renew ? fromNow(jwtMaxAge(config)) : expiryOf(token, jwtMaxAge(config))
  const session = await toJwtSession(token, expires, config)
  const setCookies = renew
    ? writeSessionCookie(req, sessionToken, await encodeSession(token, sessionToken.name, config), expires)
    : []
  return { session, setCookies, sealed, token }
}

async function runJwtCallback(
  token: JWT,
  callback: JwtCallback | undefined,
  update: SessionUpdate | undefined,
): Promise<JWT | null> {
  if (!callback) return token
  const params = { token, ...(update && { trigger: update.trigger }), session: update?.data }
  return callback(params as Parameters<JwtCallback>[0])
}

/** The callback usually changes its argument in place, so the text that was decrypted is what counts. */
function isChanged(token: JWT, plaintext: string, { callbacks }: SessionContext["config"]): boolean {
  return callbacks.jwt !== undefined && JSON.stringify(token) !== plaintext
}

/** A token that does not say when it was issued is renewed each time, as core does with all. */
function isDue({ iat }: JWT, updateAge: number): boolean {
  return typeof iat !== "number" || Date.now() / 1000 - iat >= updateAge
}

function expiryOf({ exp }: JWT, maxAge: number): Date {
  return typeof exp === "number" ? new Date(exp * 1000) : fromNow(maxAge)
}

function fromNow(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000)
}
