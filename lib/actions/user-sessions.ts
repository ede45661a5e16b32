import type { Request } from "express"
import type { EventPlace } from "../audit/record-event.js"
import { recordLazily } from "../audit/record-lazily.js"
import { requireExtras } from "../config/check-adapter.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { publish } from "../diagnostics/channels.js"
import { subjectOf } from "../diagnostics/diagnostic-id.js"
import { ConfigError, ExpressAuthError } from "../errors.js"
import { type ConfigSource, fixedConfig } from "../http/config-for.js"
import { describeDevice } from "../http/describe-device.js"
import { endUserSessions } from "../session/end-session.js"
import { readSession } from "../session/get-session.js"
import { rowSessionId } from "../session/identify-session.js"
import { type ProviderSession, providerSessionKeys } from "../session/provider-session.js"
import { revocationKeys, revoke } from "../session/revocation.js"
import { claimsOf } from "../session/session-claims.js"
import { deleteRow } from "../session/session-row.js"
import { readSignInText } from "../session/sign-in-record.js"

/** One of a user's sessions, as an account page shows it. */
export interface SessionSummary {
  /** The argument of `sessions.revoke(id)`. It is not the session's token, so pages may contain it. */
  readonly id: string
  /** The user's id. */
  readonly userId: string
  /** When the session expires unless it is used again. */
  readonly expires: Date
  /** When the user signed in, if known. */
  readonly createdAt?: Date
  /** When the session was created or last renewed, if the adapter or the revocation store keeps it. */
  readonly lastUsedAt?: Date
  /** The browser and operating system, e.g. "Firefox on Windows", if known. */
  readonly device?: string
  /** The address the session was last used from, as Express's `trust proxy` determines it. JWT sessions only. */
  readonly address?: string
  /** Where that address is, if `callbacks.place` returned it. */
  readonly place?: string
  /** `true` for the session of the request that was passed to `list`, else absent. */
  readonly current?: boolean
}

/**
 * Lists and ends sessions of users. Every method throws a {@link ConfigError} (`ERR_AUTH_INVALID_OPTION`,
 * `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`) if the configuration cannot do it.
 */
export interface Sessions {
  /** Returns a user's unexpired sessions, most recently used first. With a request, marks its session `current`. */
  list(userId: string, req?: Request): Promise<SessionSummary[]>
  /**
   * Ends one session. Does nothing for an id that is unknown or whose session has ended.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_SIGN_OUT` (503) if the adapter or the revocation store fails
   */
  revoke(id: string): Promise<void>
  /**
   * Ends all sessions of a user that started before, e.g. when the app deletes or demotes the user, or changes the
   * password.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_SIGN_OUT` (503) if the adapter or the revocation store fails. If it is the
   * store, this process refuses the sessions at once, and others do when the store responds again.
   */
  revokeUser(userId: string): Promise<void>
}

/**
 * Returns what `auth.sessions` is: it uses the adapter's extra methods for database sessions, and the revocation store
 * for JWT sessions. If a function chooses the configuration, pass one of its results: `sessionsOf(config)`.
 */
export function sessionsOf(source: ConfigSource): Sessions {
  return {
    list: async (userId, req) => {
      return listUserSessions(userId, fixedConfig(source, "auth.sessions", "sessionsOf"), req)
    },
    revoke: async (id) => {
      await endListedSession(id, { config: fixedConfig(source, "auth.sessions", "sessionsOf") })
    },
    revokeUser: async (userId) => {
      const config = fixedConfig(source, "auth.sessions", "sessionsOf")
      const failure = `The sessions of the user ${JSON.stringify(userId)} could not all be ended`
      await ending(failure, () => endUserSessions(userId, config))
      publish("session-ended", () => ({ cause: "user-revoked", ...subjectOf({ userId }, config) }))
      if (config.audit) await recordLazily({ config }, "session-revoked", { userId, reason: "all" })
    },
  }
}

/** Returns a user's sessions, see {@link Sessions}. */
export async function listUserSessions(
  userId: string,
  config: ResolvedConfig,
  req?: Request,
): Promise<SessionSummary[]> {
  const sessions = await (isDatabase(config) ? listRows(userId, config) : listRemembered(userId, config))
  const current = req && (await currentId(req, userId, config))
  const located = await Promise.all(sessions.map((session) => withPlace(session, config)))
  return located.map((session) => (session.id === current ? { ...session, current: true } : session))
}

/** Where a session is ended: in a request, or by the app. */
interface SessionPlace extends EventPlace {
  readonly config: ResolvedConfig
}

/** Ends a session by its id, see {@link Sessions}. With sessions in cookies, only the caller can know the user. */
export async function endListedSession(id: string, place: SessionPlace, userId?: string): Promise<void> {
  const { config } = place
  await ending("The session could not be ended", async () => {
    const who = await endOne(id, config)
    if (!who) return
    publish("session-ended", () => ({ cause: "revoked", ...subjectOf({ userId, ...who }, config) }))
    if (config.audit) await recordLazily(place, "session-revoked", { userId: who.userId ?? userId })
  })
}

/** A callback that fails costs the place only. */
async function withPlace(
  session: SessionSummary,
  { callbacks, logger }: ResolvedConfig,
): Promise<SessionSummary> {
  const { address } = session
  if (!callbacks.place || address === undefined) return session
  try {
    const place = await callbacks.place({ address })
    return place ? { ...session, place } : session
  } catch (error) {
    logger.error(error)
    return session
  }
}

/** Misuse is reported as such; whatever else fails, the caller has to know that sessions may go on. */
async function ending(failure: string, end: () => Promise<void>): Promise<void> {
  try {
    await end()
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    const fix = "Call it again when the database or revocation store responds; see the cause."
    throw new ExpressAuthError("ERR_AUTH_SIGN_OUT", `${failure}. ${fix}`, { status: 503, cause })
  }
}

/** Returns what has ended; `undefined` if the id is known to belong to no session. */
async function endOne(id: string, config: ResolvedConfig): Promise<EndedSession | undefined> {
  if (isDatabase(config)) return endRow(id, config)
  await revoke(revocationKeys(id, undefined), requireStore(config))
  return { sessionId: id }
}

interface EndedSession {
  readonly userId?: string
  readonly sessionId: string
}

function isDatabase({ session }: ResolvedConfig): boolean {
  return session.strategy === "database"
}

async function currentId(req: Request, userId: string, config: ResolvedConfig): Promise<string | undefined> {
  const { token, row } = await readSession(req, config)
  return row ? rowId(userId, row.sessionToken) : token && claimsOf(token).sid
}

async function listRows(userId: string, config: ResolvedConfig): Promise<SessionSummary[]> {
  const rows = await requireExtras(config.adapter, "Listing sessions", ["listSessions"]).listSessions(userId)
  const sessions = rows.map(async ({ sessionToken, expires, userAgent, lastUsedAt, signIn }) => {
    const { startedAt, providerSession } = readSignInText(signIn) ?? {}
    if (await hasProviderEnded(providerSession, startedAt, config)) return []
    return [
      {
        ...{ id: rowId(userId, sessionToken), userId, expires },
        ...(startedAt && { createdAt: startedAt }),
        ...(lastUsedAt && { lastUsedAt }),
        ...(userAgent && { device: await describeDevice(userAgent) }),
      },
    ]
  })
  return (await Promise.all(sessions)).flat()
}

async function endRow(id: string, config: ResolvedConfig): Promise<EndedSession | undefined> {
  const extras = requireExtras(config.adapter, "Ending a session", ["listSessions", "deleteSession"])
  const userId = userOf(id)
  if (userId === undefined) return
  const rows = await extras.listSessions(userId)
  const row = rows.find(({ sessionToken }) => rowId(userId, sessionToken) === id)
  if (!row) return
  await deleteRow(row.sessionToken, config)
  return { userId, sessionId: rowSessionId(row.sessionToken) }
}

/** Names a row by its user and a hash of its token, so that it can be found again and used for nothing else. */
function rowId(userId: string, sessionToken: string): string {
  return `${Buffer.from(userId).toString("base64url")}.${rowSessionId(sessionToken)}`
}

/** Returns the user in an id of ours. The id may come from a form, and databases reject NUL characters. */
function userOf(id: string): string | undefined {
  const [, encoded = ""] = /^([\w-]+)\.[\w-]{22}$/.exec(id) ?? []
  const userId = Buffer.from(encoded, "base64url").toString()
  return userId && !userId.includes("\0") ? userId : undefined
}

async function listRemembered(userId: string, config: ResolvedConfig): Promise<SessionSummary[]> {
  const { revocation } = requireStore(config)
  if (!revocation?.list) throw missing("a revocation store that keeps sessions (`remember` and `list`)")
  const records = await revocation.list(userId)
  const sessions = records.map(async ({ userAgent, providerSession, ...record }) => {
    if (await hasProviderEnded(providerSession, record.createdAt, config)) return []
    return [{ ...record, ...(userAgent && { device: await describeDevice(userAgent) }) }]
  })
  return (await Promise.all(sessions)).flat()
}

/** Whether the provider ended a session. Stores list sessions without checking this. */
async function hasProviderEnded(
  providerSession: string | undefined,
  startedAt: Date | undefined,
  { revocation }: ResolvedConfig,
): Promise<boolean> {
  const keys = providerSessionKeys(providerSession as ProviderSession | undefined)
  return (
    keys.length > 0 && startedAt !== undefined && ((await revocation?.isRevoked(keys, startedAt)) ?? false)
  )
}

function requireStore(config: ResolvedConfig): ResolvedConfig {
  if (config.revocation) return config
  throw missing(
    "a revocation store: revocation: memoryRevocation() for one process, or one that all processes share",
  )
}

function missing(what: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", `auth.sessions needs ${what}.`)
}
