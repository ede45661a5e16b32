import type { Adapter, AdapterSession } from "@auth/core/adapters"
import { isRevoked } from "./revocation.js"
import { clearSessionCookie, writeSessionCookie } from "./session-cookie.js"
import { anonymous, type SessionContext, type SessionReading } from "./session-reading.js"
import { readSessionToken } from "./session-token.js"
import { type SessionUpdate, toDatabaseSession } from "./to-session.js"

/** Cookie → row and user → `callbacks.session`. An expired row is deleted, one older than `updateAge` is extended. */
export async function readDatabaseSession(
  sealed: string,
  context: SessionContext,
  update?: SessionUpdate,
): Promise<SessionReading> {
  const { config, cookies, req } = context
  const adapter = requireAdapter(config.adapter)
  const found = await adapter.getSessionAndUser?.(sealed)
  if (!found || (await hasEnded(found.session, config))) {
    if (found) await adapter.deleteSession?.(sealed)
    return anonymous(clearSessionCookie(req, cookies.sessionToken))
  }
  const renewed = isDue(found.session, config.session)
    ? await extend(found.session, adapter, config.session)
    : undefined
  const row = renewed ?? found.session
  const session = await toDatabaseSession({ session: row, user: found.user }, config, update)
  const setCookies = renewed ? writeSessionCookie(req, cookies.sessionToken, sealed, row.expires) : []
  return { session, setCookies, sealed, row }
}

/** A token that does not say when its session began cannot show that it is within an absolute lifetime. */
async function hasEnded(row: AdapterSession, config: SessionContext["config"]): Promise<boolean> {
  const { absoluteMaxAge } = config.session
  if (row.expires.getTime() <= Date.now()) return true
  const begunAt = readSessionToken(row.sessionToken)?.begunAt ?? new Date(0)
  if (absoluteMaxAge !== undefined && Date.now() >= begunAt.getTime() + absoluteMaxAge * 1000) return true
  return config.revocation ? isRevoked([`sub:${row.userId}`], begunAt, config) : false
}

type SessionSettings = SessionContext["config"]["session"]

/** The row was last extended `maxAge` before it expires. */
function isDue({ expires }: AdapterSession, { maxAge, updateAge }: SessionSettings): boolean {
  return expires.getTime() - (maxAge - updateAge) * 1000 <= Date.now()
}

async function extend(
  row: AdapterSession,
  adapter: Adapter,
  { maxAge }: SessionSettings,
): Promise<AdapterSession> {
  const expires = new Date(Date.now() + maxAge * 1000)
  await adapter.updateSession?.({ sessionToken: row.sessionToken, expires })
  return { ...row, expires }
}

/** `resolveConfig` has made sure of it. */
function requireAdapter(adapter: Adapter | undefined): Adapter {
  if (!adapter) throw new Error("The database strategy was resolved without an adapter")
  return adapter
}
