import type { Adapter, AdapterSession } from "@auth/core/adapters"
import type { SessionTimes } from "../config/resolve-session.js"
import { providerSessionKeys } from "./provider-session.js"
import { isRemembered, timesOf } from "./remembered.js"
import { isRevoked } from "./revocation.js"
import { clearSessionCookie, writeSessionCookie } from "./session-cookie.js"
import { anonymous, type SessionContext, type SessionReading } from "./session-reading.js"
import { isTokenRemembered, readSessionToken } from "./session-token.js"
import { type SessionUpdate, toDatabaseSession } from "./to-session.js"
import { withDevice } from "./with-device.js"

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
    if (found) await cleanUp(sealed, adapter, config)
    return anonymous(clearSessionCookie(req, cookies.sessionToken))
  }
  const remembered = isRemembered(isTokenRemembered(found.session.sessionToken), config)
  const expires = renewedExpiry(found.session, timesOf(remembered, config), config)
  if (expires)
    await adapter.updateSession?.(withDevice({ sessionToken: found.session.sessionToken, expires }, context))
  const row = expires ? { ...found.session, expires } : found.session
  const session = await toDatabaseSession({ session: row, user: found.user }, config, update)
  const setCookies = expires
    ? writeSessionCookie(req, cookies.sessionToken, { sealed, expires, remembered })
    : []
  return { session, setCookies, sealed, row }
}

async function hasEnded(row: AdapterSession, config: Config): Promise<boolean> {
  const now = Date.now()
  if (row.expires.getTime() <= now || absoluteEnd(row, config.session) <= now) return true
  if (!config.revocation) return false
  const { begunAt = new Date(0), providerSession } = readSessionToken(row.sessionToken) ?? {}
  return isRevoked([`sub:${row.userId}`, ...providerSessionKeys(providerSession)], begunAt, config)
}

type Config = SessionContext["config"]

/** A token that does not say when its session began cannot show that it is within an absolute lifetime. */
function absoluteEnd(row: AdapterSession, { absoluteMaxAge }: Config["session"]): number {
  if (absoluteMaxAge === undefined) return Number.POSITIVE_INFINITY
  return begunAt(row).getTime() + absoluteMaxAge * 1000
}

function begunAt({ sessionToken }: AdapterSession): Date {
  return readSessionToken(sessionToken)?.begunAt ?? new Date(0)
}

/** Another request may have deleted the row meanwhile, and adapters may call that an error: ended it is either way. */
async function cleanUp(sealed: string, adapter: Adapter, { logger }: Config): Promise<void> {
  try {
    await adapter.deleteSession?.(sealed)
  } catch (error) {
    logger.error(error)
  }
}

/** A row is due when it would gain `updateAge` by being extended: that long ago it was extended last. */
function renewedExpiry(
  row: AdapterSession,
  { maxAge, updateAge }: SessionTimes,
  { session }: Config,
): Date | undefined {
  const expires = Math.min(Date.now() + maxAge * 1000, absoluteEnd(row, session))
  const gain = expires - row.expires.getTime()
  return gain > 0 && gain >= updateAge * 1000 ? new Date(expires) : undefined
}

/** `resolveConfig` has made sure of it. */
function requireAdapter(adapter: Adapter | undefined): Adapter {
  if (!adapter) throw new Error("The database strategy was resolved without an adapter")
  return adapter
}
