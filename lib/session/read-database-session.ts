import type { Adapter, AdapterSession } from "@auth/core/adapters"
import type { Cookie } from "../http/cookies.js"
import type { DeviceSession } from "../stores/adapter-extras.js"
import { tenantClaim } from "./codec/tenant-claim.js"
import { providerSessionKeys } from "./provider-session.js"
import { isRemembered, timesOf } from "./remember-me.js"
import { isRevoked } from "./revocation.js"
import type { SignInRecord } from "./session-claims.js"
import { clearSessionCookie, writeSessionCookie } from "./session-cookie.js"
import { anonymous, type SessionContext, type SessionReading } from "./session-reading.js"
import { sealSignIn } from "./sign-in-cookie.js"
import { findSignIn, toSignInText } from "./sign-in-record.js"
import { type SessionUpdate, toDatabaseSession } from "./to-session.js"
import { withDevice } from "./with-device.js"

interface Rereading {
  readonly update?: SessionUpdate | undefined
  /** The sign-in record, if this request has read it already. */
  readonly signIn?: FindSignIn | undefined
}

/**
 * Reads a database session: cookie → row and user → `callbacks.session`. Deletes an expired row and extends one that is
 * due by `updateAge`.
 *
 * @param sealed the session token
 * @throws whatever the adapter, the revocation store or the callback throws
 */
export async function readDatabaseSession(
  sealed: string,
  context: SessionContext,
  { update, signIn: given }: Rereading = {},
): Promise<SessionReading> {
  const { config, cookies, req } = context
  const adapter = requireAdapter(config.adapter)
  const found = await adapter.getSessionAndUser?.(sealed)
  if (!found) return anonymous(clearSessionCookie(req, cookies.sessionToken))
  const stored: DeviceSession = found.session
  const signIn = given ?? findSignIn(context, stored)
  if (!isOfTenant(signIn, config)) return anonymous()
  if (await hasEnded(stored, signIn, config)) {
    await cleanUp(sealed, adapter, config)
    return anonymous(clearSessionCookie(req, cookies.sessionToken))
  }
  const renewal = renew(stored, signIn, config)
  const row = renewal ? { ...stored, expires: renewal.expires } : stored
  if (renewal)
    await adapter.updateSession?.(withDevice({ sessionToken: row.sessionToken, ...renewal }, context))
  const session = await toDatabaseSession({ session: row, user: found.user }, config, update)
  const setCookies = renewal
    ? renewCookies(context, row, { signIn, isInRow: typeof stored.signIn === "string" })
    : []
  return { session, setCookies, sealed, row, signIn }
}

type Config = SessionContext["config"]
type FindSignIn = () => SignInRecord | undefined

/** A session of another tenant counts as anonymous, and its cookie stays. */
function isOfTenant(signIn: FindSignIn, config: Config): boolean {
  return signIn()?.tenant === tenantClaim(config)
}

async function hasEnded(row: AdapterSession, signIn: FindSignIn, config: Config): Promise<boolean> {
  const now = Date.now()
  if (row.expires.getTime() <= now || absoluteEnd(signIn, config.session) <= now) return true
  if (!config.revocation) return false
  const { startedAt = 0, providerSession } = signIn() ?? {}
  return isRevoked(
    [`sub:${row.userId}`, ...providerSessionKeys(providerSession)],
    new Date(startedAt),
    config,
  )
}

/** A session without a known start counts as past its absolute lifetime. */
function absoluteEnd(signIn: FindSignIn, { absoluteMaxAge }: Config["session"]): number {
  if (absoluteMaxAge === undefined) return Number.POSITIVE_INFINITY
  return (signIn()?.startedAt.getTime() ?? 0) + absoluteMaxAge * 1000
}

/**
 * Another request may have deleted the row already, which some adapters report as an error. The session is over either
 * way, so the error is only logged.
 */
async function cleanUp(sealed: string, adapter: Adapter, { logger }: Config): Promise<void> {
  try {
    await adapter.deleteSession?.(sealed)
  } catch (error) {
    logger.error(error)
  }
}

/**
 * Returns the new expiry if it exceeds the current one by `updateAge`, i.e. the row was last extended that long ago.
 */
function renew(row: AdapterSession, signIn: FindSignIn, config: Config): { expires: Date } | undefined {
  const { maxAge, updateAge } = timesOf(isRemembered(signIn()?.remembered, config), config)
  const expires = Math.min(Date.now() + maxAge * 1000, absoluteEnd(signIn, config.session))
  const gain = expires - row.expires.getTime()
  return gain > 0 && gain >= updateAge * 1000 ? { expires: new Date(expires) } : undefined
}

/** Both cookies expire with the row. */
function renewCookies(
  context: SessionContext,
  row: AdapterSession,
  { signIn, isInRow }: { signIn: FindSignIn; isInRow: boolean },
): Cookie[] {
  const { req, config, cookies } = context
  const record = signIn()
  const remembered = isRemembered(record?.remembered, config)
  const companion =
    record && !isInRow ? sealSignIn(context, row, { text: toSignInText(record), remembered }) : undefined
  const issued = { sealed: row.sessionToken, expires: row.expires, remembered, companion }
  return writeSessionCookie(req, cookies.sessionToken, issued)
}

/** `resolveConfig` guarantees the adapter. */
function requireAdapter(adapter: Adapter | undefined): Adapter {
  if (!adapter) throw new Error("The database strategy was resolved without an adapter")
  return adapter
}
