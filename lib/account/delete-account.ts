import type { AdapterUser } from "@auth/core/adapters"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { appendSetCookies, toSetCookie } from "../http/cookies.js"
import { endUserSessions } from "../session/end-session.js"
import { forgetSession } from "../session/get-session.js"
import { clearSessionCookie } from "../session/session-cookie.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import { type AccountCall, emit, requireMethods } from "./account-call.js"
import { type AccountFailure, type AccountResult, refused } from "./account-result.js"

/**
 * Deletes the user with everything that belongs to them, unless `callbacks.deleteAccount` refuses, and removes the
 * session's cookie. The adapter deletes all rows, `database()` in one transaction.
 *
 * Sessions in cookies end first: a session must not outlive its user. If the process ends in between, the user signs in
 * again and repeats the deletion.
 *
 * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 */
export async function deleteAccount({ context, userId }: AccountCall): Promise<AccountResult> {
  const { req, res, config, cookies } = context
  const adapter = requireMethods(config, "Deleting an account", ["getUser", "deleteUser"])
  const user = await adapter.getUser(userId)
  if (!user) return refused("SessionRequired")
  const refusal = await refusalOf(user, config)
  if (refusal) return refusal
  if (config.session.strategy === "jwt" && config.revocation) await endUserSessions(userId, config)
  await adapter.deleteUser(userId)
  await removeRest(userId, config)
  appendSetCookies(res, clearSessionCookie(req, cookies.sessionToken).map(toSetCookie))
  forgetSession(req, config)
  await emit(config, "deleteUser", user)
  return { ok: true }
}

async function refusalOf(
  user: AdapterUser,
  { callbacks }: ResolvedConfig,
): Promise<AccountFailure | undefined> {
  const answer = (await callbacks.deleteAccount?.({ user })) ?? true
  if (answer === true) return
  return refused("Refused", typeof answer === "string" ? answer : undefined)
}

/**
 * Removes what the adapter's `deleteUser` may leave: rows of sessions, which no longer sign anyone in, and the audit trail
 * of a store of its own. A failure is logged: the user is gone.
 */
async function removeRest(userId: string, config: ResolvedConfig): Promise<void> {
  const extras = (config.adapter ?? {}) as Partial<AdapterExtras>
  try {
    if (config.session.strategy === "database") await extras.deleteUserSessions?.(userId)
    await config.audit?.store.forget(userId)
  } catch (error) {
    config.logger.error(error)
  }
}
