import type { AdapterSession } from "@auth/core/adapters"
import type { Cookie } from "../http/cookies.js"
import type { DeviceSession } from "../stores/adapter-extras.js"
import { tenantClaim } from "./codec/tenant-claim.js"
import { providerSessionKeys } from "./provider-session.js"
import { isRemembered, timesOf } from "./remember-me.js"
import { isRevoked } from "./revocation.js"
import type { SignInRecord } from "./session-claims.js"
import { clearSessionCookie, writeSessionCookie } from "./session-cookie.js"
import { anonymous, type SessionContext, type SessionReading } from "./session-reading.js"
import { deleteRow, findRow, updateRow } from "./session-row.js"
import { sealSignIn } from "./sign-in-cookie.js"
import { findSignIn, toSignInText } from "./sign-in-record.js"
import { type SessionUpdate, toDatabaseSession } from "./to-session.js"
import { publishRefusedSession } from "./trace-reading.js"
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
  const found = await findRow(sealed, config)
  if (!found) {
    publishRefusedSession("unknown", config)
    return anonymous(clearSessionCookie(req, cookies.sessionToken))
  }
  const stored: DeviceSession = found.session
  const signIn = given ?? findSignIn(context, stored)
  if (!isOfTenant(signIn, config)) return anonymous()
  const end = await findEnd(stored, signIn, config)
  if (end) {
    publishRefusedSession(end, config, { userId: stored.userId })
    await cleanUp(sealed, config)
    return anonymous(clearSessionCookie(req, cookies.sessionToken))
  }
  const renewal = renew(stored, signIn, config)
  const row = renewal ? { ...stored, expires: renewal.expires } : stored
  if (renewal) await updateRow(withDevice({ sessionToken: row.sessionToken, ...renewal }, context), config)
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

/** Returns why a session is over, `undefined` for one that is not. */
async function findEnd(
  row: AdapterSession,
  signIn: FindSignIn,
  config: Config,
): Promise<"expired" | "revoked" | undefined> {
  const now = Date.now()
  if (row.expires.getTime() <= now || absoluteEnd(signIn, config.session) <= now) return "expired"
  if (!config.revocation) return
  const { startedAt = 0, providerSession } = signIn() ?? {}
  const keys = [`sub:${row.userId}`, ...providerSessionKeys(providerSession)]
  return (await isRevoked(keys, new Date(startedAt), config)) ? "revoked" : undefined
}

/** A session without a known start counts as past its absolute lifetime. */
function absoluteEnd(signIn: FindSignIn, { absoluteMaxAge }: Config["session"]): number {
  if (absoluteMaxAge === undefined) return Number.POSITIVE_INFINITY
  return (signIn()?.startedAt.getTime() ?? 0) + absoluteMaxAge * 1000
}

/** The session is over even if its row cannot be deleted, so the error is only logged. */
async function cleanUp(sealed: string, config: Config): Promise<void> {
  try {
    await deleteRow(sealed, config)
  } catch (error) {
    config.logger.error(error)
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
