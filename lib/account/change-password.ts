import type { AdapterUser } from "@auth/core/adapters"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { passwordKitOf } from "../password/password.js"
import { findPasswordProblem } from "../password/password-policy.js"
import { preparePassword } from "../password/prepare-password.js"
import { passwordsOf } from "../password/verify-password.js"
import { notChanged, type PasswordResult } from "./password-result.js"

/** The passwords that a user has entered. */
export interface PasswordChange {
  /** The password that the user has. */
  readonly current: unknown
  /** The password to replace it. */
  readonly next: unknown
}

/**
 * Replaces the password of a user who knows it. Of several changes at once, one succeeds. The user's mailed links die
 * with the former password.
 *
 * Sessions end before the change and after it: if the process ends in between, no session outlives the former password.
 *
 * @param endSessions ends the user's other sessions
 * @throws {ExpressAuthError} `ERR_AUTH_PASSWORD` (503) if too many passwords are being hashed
 * @throws whatever the adapter throws
 */
export async function changePassword(
  user: AdapterUser,
  { current, next }: PasswordChange,
  config: ResolvedConfig,
  endSessions: () => Promise<void>,
): Promise<PasswordResult> {
  const { hashes } = passwordKitOf(config)
  const passwords = passwordsOf(config)
  const stored = await passwords.get(user.id)
  const known = preparePassword(current)
  const isRight = stored && known !== undefined && (await hashes.verify(known, stored.hash))
  if (!isRight) return notChanged("WrongPassword")
  const hashed = await hashNew(next, user, config)
  if (!hashed.ok) return hashed
  await endSessions()
  if (!(await passwords.replace(user.id, hashed.hash, stored.revision))) return notChanged("WrongPassword")
  await endSessions()
  await passwords.forgetTokens(user.email)
  return { ok: true }
}

/** Hashes a new password, unless it is not allowed. */
export async function hashNew(
  typed: unknown,
  { email, name }: Pick<AdapterUser, "email" | "name">,
  config: Pick<ResolvedConfig, "providers" | "logger">,
): Promise<PasswordResult<{ hash: string }>> {
  const { hashes, policy } = passwordKitOf(config)
  const password = preparePassword(typed)
  const names = [email, name ?? ""].filter((text) => text !== "")
  const problem = await findPasswordProblem(password, names, policy)
  if (password === undefined || problem) return notChanged(problem ?? "PasswordInvalid")
  return { ok: true, hash: await hashes.hash(password) }
}
