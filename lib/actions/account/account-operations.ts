import { type AccountCall, requireMethods } from "../../account/account-call.js"
import { type AccountResult, refused } from "../../account/account-result.js"
import { deleteAccount } from "../../account/delete-account.js"
import { requestAddress } from "../../account/request-address.js"
import { hidingMark } from "../../account/shown-user.js"
import { recordEvent } from "../../audit/record-event.js"
import { requireExtras } from "../../config/check-adapter.js"
import type { ErrorCode } from "../../errors.js"
import { ExpressAuthError } from "../../errors.js"
import { readSession } from "../../session/get-session.js"
import { revocationKeys, revoke } from "../../session/revocation.js"
import type { AuditEvent } from "../../stores/audit-store.js"
import { type Recency, requireRecentSession } from "../accounts/require-recent-session.js"
import { removeUserAccount, type WhichAccount } from "../accounts/unlink-account.js"
import { listEvents } from "../audit-log.js"
import {
  listPasskeys,
  type PasskeySummary,
  removeUserPasskey,
  renamePasskey,
} from "../passkeys/user-passkeys.js"
import { endListedSession, listUserSessions, type SessionSummary } from "../user-sessions.js"
import type { AccountData, LinkedAccount } from "./account-data.js"
import type { ActivityOptions } from "./user-account.js"

/** Returns the sessions of the user, with the one of the request marked. */
export async function listOwnSessions({ context, userId }: AccountCall): Promise<SessionSummary[]> {
  return listUserSessions(userId, context.config, context.req)
}

/** Ends one of the user's sessions. Others' sessions are searched for among the user's own, so they are not found. */
export async function endOwnSession(call: AccountCall, id: string): Promise<AccountResult> {
  const sessions = await listOwnSessions(call)
  const session = sessions.find((candidate) => candidate.id === id)
  if (!session) return refused("NotFound")
  await endListedSession(session.id, call.context, call.userId)
  return { ok: true }
}

/** Ends all of the user's sessions except that of the request. */
export async function endOtherSessions(call: AccountCall): Promise<AccountResult> {
  const { context, userId } = call
  const { config, req } = context
  if (config.session.strategy === "database") {
    const extras = requireExtras(config.adapter, "Ending other sessions", ["deleteUserSessions"])
    const { row } = await readSession(req, config)
    await extras.deleteUserSessions(userId, row?.sessionToken)
  } else {
    const others = (await listOwnSessions(call)).filter(({ current }) => !current)
    const keys = others.flatMap(({ id }) => revocationKeys(id, undefined))
    if (keys.length > 0) await revoke(keys, config)
  }
  if (config.audit) await recordEvent(context, "session-revoked", { userId, reason: "others" })
  return { ok: true }
}

/** Returns the accounts at providers that the user can sign in with, without passkeys. */
export async function listOwnAccounts({ context, userId }: AccountCall): Promise<LinkedAccount[]> {
  const extras = requireExtras(context.config.adapter, "Listing accounts", ["listAccounts"])
  const accounts = await extras.listAccounts(userId)
  return accounts
    .filter(({ type }) => type !== "webauthn")
    .map(({ provider, providerAccountId, type }) => ({ provider, providerAccountId, type }))
}

/** Returns events of the user in the audit trail. */
export function listOwnActivity(
  { context, userId }: AccountCall,
  { before, limit }: ActivityOptions = {},
): Promise<AuditEvent[]> {
  return listEvents(context.config, { userId, before, ...(limit !== undefined && { limit }) })
}

/** Unlinks one of the user's accounts. */
export function unlinkOwnAccount(call: AccountCall, which: WhichAccount): Promise<AccountResult> {
  return ofOwn(() => removeUserAccount(call.context, call.userId, which))
}

/** Returns the user's passkeys. */
export function listOwnPasskeys({ context, userId }: AccountCall): Promise<PasskeySummary[]> {
  return listPasskeys(context.config, userId)
}

/** Renames one of the user's passkeys. */
export function renameOwnPasskey(call: AccountCall, id: string, name: string): Promise<AccountResult> {
  return ofOwn(() => renamePasskey(call.context.config, { userId: call.userId, id }, name))
}

/** Removes one of the user's passkeys. */
export function removeOwnPasskey(call: AccountCall, id: string): Promise<AccountResult> {
  return ofOwn(() => removeUserPasskey(call.context, { userId: call.userId, id }))
}

/** Mails a link to a new address, if the user has signed in recently. */
export function changeOwnAddress(
  call: AccountCall,
  address: unknown,
  recency?: Recency,
): Promise<AccountResult> {
  return afterFreshSignIn(call, recency, () => requestAddress(call, address))
}

/** Deletes the account of the user, if the user has signed in recently. */
export function deleteOwnAccount(call: AccountCall, recency?: Recency): Promise<AccountResult> {
  return afterFreshSignIn(call, recency, () => deleteAccount(call))
}

/** Runs an operation if the user has signed in recently. */
export async function afterFreshSignIn<Value extends object>(
  { context }: AccountCall,
  recency: Recency | undefined,
  run: () => Promise<AccountResult<Value>>,
): Promise<AccountResult<Value>> {
  try {
    await requireRecentSession(context, recency)
  } catch (error) {
    if (isCode(error, "ERR_AUTH_UNAUTHENTICATED")) return refused("SessionRequired")
    if (isCode(error, "ERR_AUTH_REAUTHENTICATE")) return refused("FreshSignInRequired")
    if (isCode(error, "ERR_AUTH_UNPROVEN")) return refused("UnprovenSignIn")
    throw error
  }
  return run()
}

/** Returns everything that is stored about the user, except tokens and other secrets. */
export async function exportOwnData(call: AccountCall): Promise<AccountData> {
  const { context, userId } = call
  const { config } = context
  const adapter = config.adapter && requireMethods(config, "Exporting data", ["getUser"])
  const stored = await adapter?.getUser(userId)
  const { session } = await readSession(context.req, config)
  const { name = null, email = null, image = null } = session?.user ?? {}
  const shown = stored ? hidingMark(stored) : { id: userId, name, email, emailVerified: null, image }
  return {
    exportedAt: new Date(),
    user: { ...(stored && withoutSecrets(stored)), ...shown },
    accounts: await unlessUnsupported(() => exportAccounts(call)),
    sessions: await unlessUnsupported(() => listOwnSessions(call)),
    passkeys: await unlessUnsupported(() => listOwnPasskeys(call)),
    activity: await exportActivity(call),
  }
}

async function exportAccounts({ context, userId }: AccountCall): Promise<LinkedAccount[]> {
  const extras = requireExtras(context.config.adapter, "Listing accounts", ["listAccounts"])
  const accounts = await extras.listAccounts(userId)
  return accounts.map(({ provider, providerAccountId, type, scope }) => ({
    ...{ provider, providerAccountId, type },
    ...(scope && { scope }),
  }))
}

/** Events that are read at once. */
const activityBatch = 500

/** Returns all events of the user in the audit trail. */
async function exportActivity({ context, userId }: AccountCall): Promise<AuditEvent[]> {
  const { audit } = context.config
  const events: AuditEvent[] = []
  for (let size = activityBatch; audit && size === activityBatch; ) {
    const part = await audit.store.list({ userId, before: events.at(-1)?.id, limit: activityBatch })
    events.push(...part)
    size = part.length
  }
  return events
}

/** Rows of users can have columns of the app, such as the hash of a password. */
function withoutSecrets(row: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !secretName.test(name)))
}

const secretName =
  /passw|pwd|secret|hash|token|salt|otp|recovery|credential|mfa|seed|(?:api|private|access)_?key|^pin(?![a-z])/i

/** Leaves out what the configuration does not keep. */
async function unlessUnsupported<Value>(list: () => Promise<Value[]>): Promise<Value[]> {
  try {
    return await list()
  } catch (error) {
    if (unsupported.some((code) => isCode(error, code))) return []
    throw error
  }
}

const unsupported = [
  "ERR_AUTH_INVALID_OPTION",
  "ERR_AUTH_MISSING_ADAPTER",
  "ERR_AUTH_ADAPTER_METHOD",
] as const satisfies readonly ErrorCode[]

/** Turns "not the user's" and refusals into results. */
async function ofOwn(run: () => Promise<boolean>): Promise<AccountResult> {
  try {
    return (await run()) ? { ok: true } : refused("NotFound")
  } catch (error) {
    if (isCode(error, "ERR_AUTH_LAST_METHOD")) return refused("LastSignInMethod")
    if (isCode(error, "ERR_AUTH_UNLINK")) return refused("NotFound")
    if (isCode(error, "ERR_AUTH_PASSKEY")) return refused("InvalidName")
    throw error
  }
}

function isCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof ExpressAuthError && error.code === code
}
