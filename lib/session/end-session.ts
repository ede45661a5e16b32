import type { Adapter } from "@auth/core/adapters"
import type { JWT } from "@auth/core/jwt"
import { requireAdapterMethods } from "../config/check-adapter.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import { sessionCodecOf } from "./codec/session-codec.js"
import { isRevoked, revocationKeys, revoke, revokeUser } from "./revocation.js"
import { begunAt, claimsOf } from "./session-claims.js"
import { readSessionCookie } from "./session-cookie.js"
import type { SessionContext } from "./session-reading.js"

/** What `events.signOut` is told. */
export type SignOutMessage = Parameters<NonNullable<ResolvedConfig["events"]["signOut"]>>[0]

export interface SessionEnd {
  /** Ends all sessions of its user, if it is still one itself. */
  readonly everywhere?: boolean
  /** The session's token. @default what the request's cookie holds */
  readonly sealed?: string | undefined
}

/**
 * Ends the session of a request where it is kept: its row, or its token by way of the revocation store.
 *
 * @returns `undefined` where the request has no session
 * @throws what adapter or store threw
 */
export async function endSession(
  { req, config, cookies }: SessionContext,
  { everywhere = false, sealed = readSessionCookie(req, cookies.sessionToken) }: SessionEnd = {},
): Promise<SignOutMessage | undefined> {
  if (!sealed) return
  if (config.session.strategy === "database") return endDatabaseSession(sealed, everywhere, config)
  const decoded = await sessionCodecOf(config, cookies.sessionToken.name).open(sealed)
  if (decoded.status !== "valid") return { token: null }
  await endJwtSession(decoded.payload, everywhere, config)
  return { token: decoded.payload }
}

/**
 * Ends all sessions of a user: for apps that delete or demote users, or let them change their password.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` or `ERR_AUTH_ADAPTER_METHOD` where nothing keeps the sessions of a user
 */
export async function endUserSessions(userId: string, config: ResolvedConfig): Promise<void> {
  if (config.session.strategy === "database") await deleteUserRows(userId, config)
  else requireRevocation(config)
  if (config.revocation) await revokeUser(userId, config)
}

async function endDatabaseSession(
  sealed: string,
  everywhere: boolean,
  config: ResolvedConfig,
): Promise<SignOutMessage> {
  const adapter = config.adapter ?? {}
  const found = everywhere ? await adapter.getSessionAndUser?.(sealed) : undefined
  const session = await deleteRow(sealed, adapter)
  if (found && found.session.expires.getTime() > Date.now()) await endUserSessions(found.user.id, config)
  return { session }
}

type Row = Extract<SignOutMessage, { session: unknown }>["session"]

/** Some adapters fail where the row is gone already, ended elsewhere: only a row that is still there is a failure. */
export async function deleteRow(sealed: string, adapter: Adapter): Promise<Row> {
  try {
    return (await adapter.deleteSession?.(sealed)) ?? null
  } catch (error) {
    if (await adapter.getSessionAndUser?.(sealed)) throw error
    return null
  }
}

async function endJwtSession(token: JWT, everywhere: boolean, config: ResolvedConfig): Promise<void> {
  if (everywhere) requireRevocation(config)
  if (!config.revocation) return
  const claims = claimsOf(token)
  const known = revocationKeys(claims.sid, token.sub, claims.idp_session)
  const isLive = everywhere && !(await isRevoked(known, begunAt(claims), config))
  if (isLive && token.sub === undefined)
    throw new TypeError("The token has no `sub`, so it is not known whose sessions to end everywhere.")
  if (isLive && token.sub !== undefined) await revokeUser(token.sub, config)
  await revoke(revocationKeys(claims.sid, undefined), config)
}

async function deleteUserRows(userId: string, { adapter, revocation }: ResolvedConfig): Promise<void> {
  const extras = adapter as Partial<AdapterExtras> | undefined
  if (extras?.deleteUserSessions) return extras.deleteUserSessions(userId)
  if (!revocation) requireAdapterMethods(adapter, "Ending all sessions of a user", ["deleteUserSessions"])
}

/** A token in a cookie cannot be taken back; somebody has to remember that it no longer counts. */
export function requireRevocation({ revocation }: ResolvedConfig): void {
  if (revocation) return
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "Ending sessions elsewhere needs a revocation store: revocation: memoryRevocation() for one process, or one that " +
      "all processes share.",
  )
}
