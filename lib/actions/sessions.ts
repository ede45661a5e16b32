import { createHash } from "node:crypto"
import type { Request } from "express"
import { requireExtras } from "../config/check-adapter.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { type ConfigSource, fixedConfig } from "../http/config-for.js"
import { describeDevice } from "../session/describe-device.js"
import { endUserSessions } from "../session/end-session.js"
import { readSession } from "../session/get-session.js"
import { type ProviderSession, providerSessionKeys } from "../session/provider-session.js"
import { revocationKeys, revoke } from "../session/revocation.js"
import { claimsOf } from "../session/session-claims.js"
import { readSignInText } from "../session/sign-in-record.js"

/** One of a user's sessions, as an account page shows it. */
export interface SessionSummary {
  /** For `sessions.revoke(id)`. Not the session's token: it may stand in a page. */
  readonly id: string
  readonly userId: string
  readonly expires: Date
  /** When the user signed in, if known. */
  readonly createdAt?: Date
  readonly lastUsedAt?: Date
  /** Such as "Firefox on Windows". */
  readonly device?: string
  readonly address?: string
  /** Whether it is the session of the request that was passed to `list`. */
  readonly current?: boolean
}

/** Sessions of other requests than the one at hand. */
export interface Sessions {
  /** The live sessions of a user, the latest used first. With a request, its own session is marked `current`. */
  list(userId: string, req?: Request): Promise<SessionSummary[]>
  /** Ends one session. An id that is unknown, or ended already, changes nothing. */
  revoke(id: string): Promise<void>
  /** Ends all sessions of a user: for apps that delete or demote users, or change their password. */
  revokeUser(userId: string): Promise<void>
}

/**
 * What `auth.sessions` does: with database sessions through the adapter's extra methods, with JWT sessions through the
 * revocation store, where it keeps sessions. A configuration chosen by request has no sessions to itself: there, name
 * the configuration, `sessionsOf(config)`.
 */
export function sessionsOf(source: ConfigSource): Sessions {
  return {
    list: async (userId, req) => {
      const config = fixedConfig(source, "auth.sessions", "sessionsOf")
      const sessions = await (isDatabase(config) ? listRows(userId, config) : listRemembered(userId, config))
      const current = req && (await currentId(req, userId, config))
      return sessions.map((session) => (session.id === current ? { ...session, current: true } : session))
    },
    revoke: async (id) => {
      const config = fixedConfig(source, "auth.sessions", "sessionsOf")
      if (isDatabase(config)) await deleteRow(id, config)
      else await revoke(revocationKeys(id, undefined), requireStore(config))
    },
    revokeUser: async (userId) => endUserSessions(userId, fixedConfig(source, "auth.sessions", "sessionsOf")),
  }
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

async function deleteRow(id: string, config: ResolvedConfig): Promise<void> {
  const extras = requireExtras(config.adapter, "Ending a session", ["listSessions", "deleteSession"])
  const userId = userOf(id)
  if (userId === undefined) return
  const rows = await extras.listSessions(userId)
  const row = rows.find(({ sessionToken }) => rowId(userId, sessionToken) === id)
  if (row) await config.adapter?.deleteSession?.(row.sessionToken)
}

/** Names a row by its user and a hash of its token, so that it can be found again and used for nothing else. */
function rowId(userId: string, sessionToken: string): string {
  const hash = createHash("sha256").update(sessionToken).digest("base64url").slice(0, 22)
  return `${Buffer.from(userId).toString("base64url")}.${hash}`
}

/** The user in an id of ours. The id may come from a form, and databases refuse to be asked for a NUL. */
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

/** Stores list by session and user; what a provider ended they do not look for. */
async function hasProviderEnded(
  providerSession: string | undefined,
  begunAt: Date | undefined,
  { revocation }: ResolvedConfig,
): Promise<boolean> {
  const keys = providerSessionKeys(providerSession as ProviderSession | undefined)
  return keys.length > 0 && begunAt !== undefined && ((await revocation?.isRevoked(keys, begunAt)) ?? false)
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
