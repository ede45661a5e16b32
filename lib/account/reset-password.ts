import { createHash, randomBytes } from "node:crypto"
import type { AdapterUser } from "@auth/core/adapters"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { onFirstProof } from "../engine/first-proof.js"
import { passwordsOf } from "../password/verify-password.js"
import { endUserSessions } from "../session/end-session.js"
import type { PasswordStore, PasswordToken } from "../stores/password-store.js"
import { requireMethods } from "./account-call.js"
import { hashNew } from "./change-password.js"
import { notChanged, type PasswordResult } from "./password-result.js"

/** Seconds in which a link works that resets a password. */
export const resetMaxAge = 30 * 60

/** What a link stands for: the user's password at the time, if the user had one. */
interface Reset {
  readonly purpose: "reset"
  readonly userId: string
  readonly revision: string | null
}

/**
 * Creates the token of a link that resets a user's password, to be mailed to the user's address. It works once, for 30
 * minutes, and while user, address and password are those of now. The database keeps a hash of it.
 */
export async function createResetToken(
  { id, email }: Pick<AdapterUser, "id" | "email">,
  config: ResolvedConfig,
): Promise<string> {
  const passwords = passwordsOf(config)
  const token = randomBytes(32).toString("base64url")
  const stored = await passwords.get(id)
  const reset: Reset = { purpose: "reset", userId: id, revision: stored?.revision ?? null }
  const expires = new Date(Date.now() + resetMaxAge * 1000)
  await passwords.addToken({
    token: hashToken(token),
    identifier: email,
    record: JSON.stringify(reset),
    expires,
  })
  return token
}

/**
 * Sets a new password for the user whose mailed link this is, and ends all sessions of the user. A password that is not
 * allowed leaves the link as it is.
 *
 * The link proves the user's address. If that is its first proof, everything is removed that could sign in as the user
 * and was set before, as at the first sign-in by mail.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_ADAPTER_METHOD` if nothing can end the user's sessions
 * @throws {ExpressAuthError} `ERR_AUTH_PASSWORD` (503) if too many passwords are being hashed
 * @throws whatever the adapter throws
 */
export async function resetPassword(
  token: unknown,
  next: unknown,
  config: ResolvedConfig,
): Promise<PasswordResult<{ userId: string }>> {
  const adapter = requireMethods(config, "Resetting a password", ["getUser", "updateUser"])
  const passwords = passwordsOf(config)
  const hashed = typeof token === "string" ? hashToken(token) : ""
  const reset = readReset(await passwords.findToken(hashed))
  const user = reset && (await adapter.getUser(reset.userId))
  const isLive = user && user.email === reset.identifier && (await isCurrent(passwords, reset))
  if (!isLive) return notChanged("NotFound")
  const fresh = await hashNew(next, user, config)
  if (!fresh.ok) return fresh
  await endUserSessions(user.id, config)
  const isTaken = (await passwords.takeToken(hashed)) !== undefined
  if (!isTaken || !(await store(fresh.hash, { reset, user, passwords }, config)))
    return notChanged("NotFound")
  await endUserSessions(user.id, config)
  await passwords.forgetTokens(user.email)
  return { ok: true, userId: user.id }
}

interface Replacement {
  readonly reset: Reset
  readonly user: AdapterUser
  readonly passwords: PasswordStore
}

/**
 * Stores the new password, unless the former one was changed meanwhile. A first proof has removed it.
 *
 * @returns whether it was stored
 */
async function store(
  hash: string,
  { reset, user, passwords }: Replacement,
  config: ResolvedConfig,
): Promise<boolean> {
  const { updateUser } = requireMethods(config, "Resetting a password", ["updateUser"])
  if (!user.emailVerified) await onFirstProof(updateUser, config)({ id: user.id, emailVerified: new Date() })
  else if (reset.revision !== null) return passwords.replace(user.id, hash, reset.revision)
  return passwords.add(user.id, hash)
}

/** Whether the user's password is still the one that the link was mailed for. */
async function isCurrent(passwords: PasswordStore, { userId, revision }: Reset): Promise<boolean> {
  return ((await passwords.get(userId))?.revision ?? null) === revision
}

function readReset(token: PasswordToken | undefined): (Reset & { identifier: string }) | undefined {
  if (!token) return undefined
  const reset: Reset = JSON.parse(token.record)
  return reset.purpose === "reset" ? { ...reset, identifier: token.identifier } : undefined
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex")
}
