import type { JWT } from "@auth/core/jwt"
import type { Request, Response } from "express"
import { requireAdapterMethods } from "../config/check-adapter.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import { sessionCodecOf } from "./codec/session-codec.js"
import { isRevoked, revocationKeys, revoke, revokeUser } from "./revocation.js"
import { claimsOf, startedAt } from "./session-claims.js"
import { readSessionCookie } from "./session-cookie.js"
import type { SessionContext } from "./session-reading.js"
import { deleteRow, findRow } from "./session-row.js"

/**
 * The message passed to `events.signOut`: `{ token }` with the JWT strategy, `{ session }` with the database strategy.
 */
export type SignOutMessage = Parameters<NonNullable<ResolvedConfig["events"]["signOut"]>>[0]

/** Options of {@link endSession}. */
export interface SessionEnd {
  /** Also ends every other session of the user, provided that this one is still valid. @default false */
  readonly everywhere?: boolean
  /** The sealed session token. @default the value of the request's session cookie */
  readonly sealed?: string | undefined
}

/**
 * Ends a session on the server: deletes its row, or adds its token to the revocation store. Cookies are left to the
 * caller.
 *
 * @returns `undefined` if the request has no session token
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` or `ERR_AUTH_ADAPTER_METHOD` if `everywhere` is set and nothing can
 * end a user's sessions
 * @throws whatever the adapter or the revocation store throws
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
 * Ends a session like {@link endSession}, but only logs a failure, for example where the adapter throws for a missing
 * row: a stale cookie must not lock the user out.
 */
export async function endOrLog(context: SessionContext, end?: SessionEnd): Promise<void> {
  try {
    await endSession(context, end)
  } catch (error) {
    context.config.logger.error(error)
  }
}

/**
 * Ends every session of a user, e.g. after an app deletes or demotes the user or changes their password.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` or `ERR_AUTH_ADAPTER_METHOD` if neither the adapter nor a revocation
 * store can end a user's sessions
 * @throws whatever the adapter or the revocation store throws
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
  const found = everywhere ? await findRow(sealed, config) : null
  const session = (await deleteRow(sealed, config)) ?? null
  if (found && found.session.expires.getTime() > Date.now()) await endUserSessions(found.user.id, config)
  return { session }
}

async function endJwtSession(token: JWT, everywhere: boolean, config: ResolvedConfig): Promise<void> {
  if (everywhere) requireRevocation(config)
  if (!config.revocation) return
  const claims = claimsOf(token)
  const keys = revocationKeys(claims.sid, token.sub, claims.idp_session)
  const isLive = everywhere && !(await isRevoked(keys, startedAt(claims), config))
  if (isLive && token.sub === undefined)
    throw new TypeError(
      "The session token has no `sub`; expected the user's id, to end the user's other sessions.",
    )
  if (isLive && token.sub !== undefined) await revokeUser(token.sub, config)
  await revoke(revocationKeys(claims.sid, undefined), config)
}

async function deleteUserRows(userId: string, { adapter, revocation }: ResolvedConfig): Promise<void> {
  const extras = adapter as Partial<AdapterExtras> | undefined
  if (extras?.deleteUserSessions) return extras.deleteUserSessions(userId)
  if (!revocation) requireAdapterMethods(adapter, "Ending all sessions of a user", ["deleteUserSessions"])
}

/**
 * Requires a revocation store: a token in a cookie stays valid until it expires unless the server records that it was
 * revoked.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` if `revocation` is not set
 */
export function requireRevocation({ revocation }: ResolvedConfig): void {
  if (revocation) return
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "Ending sessions of other browsers needs a revocation store: set `revocation: memoryRevocation()` for a single " +
      "process, or a store that all processes share.",
  )
}

/** Forgets the sign-in of an earlier session library that a request still carries; clears its cookie synchronously. */
export type ForgetFormerLogin = (req: Request, res: Response) => Promise<void> | undefined

const registered = new Set<ForgetFormerLogin>()

/**
 * Registers a function that runs whenever a user signs in or out in this process, on our routes and in the app's own
 * handlers alike. A function must recognise what is its own: it is called for the requests of all apps.
 */
export function onSignInOrOut(forget: ForgetFormerLogin): void {
  registered.add(forget)
}

/**
 * Forgets earlier sign-ins at sign-in and sign-out: a session that is still to be migrated must not replace the new one,
 * or sign the user in again. Does not wait for the earlier session's store; its errors are logged.
 */
export function forgetFormerLogin({ req, config }: Pick<SessionContext, "req" | "config">): void {
  const { res } = req
  if (!res || res.headersSent) return
  for (const forget of registered) forget(req, res)?.catch((error) => config.logger.error(error))
}
