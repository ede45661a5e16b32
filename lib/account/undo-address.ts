import { recordEvent } from "../audit/record-event.js"
import type { AuthContext } from "../http/auth-context.js"
import { endUserSessions } from "../session/end-session.js"
import { findToken } from "../stores/find-token.js"
import { emit } from "./account-call.js"
import { type AccountResult, refused } from "./account-result.js"
import { type AddressLink, openLink, undoRow } from "./address-link.js"
import { isLive } from "./confirm-address.js"
import { holdAddressLocks } from "./hold-address-locks.js"
import { isOther, requireAddressMethods } from "./request-address.js"

type Adapter = ReturnType<typeof requireAddressMethods>

/**
 * Gives users the address back that they had before a change, and ends all of their sessions, because an intruder may
 * have changed it. Needs no session: the mail to the former address proves who is asking.
 */
export async function undoAddress(
  context: AuthContext,
  token: unknown,
): Promise<AccountResult<{ email: string }>> {
  const { config } = context
  const adapter = requireAddressMethods(config)
  const link = openLink(token, "undo", config)
  if (!link) return refused("NotFound")
  return holdAddressLocks(config, link, () => undo(context, link, adapter))
}

async function undo(
  context: AuthContext,
  { userId, to }: AddressLink,
  adapter: Adapter,
): Promise<AccountResult<{ email: string }>> {
  const { config } = context
  const user = await adapter.getUser(userId)
  if (!user?.email) return refused("NotFound")
  if (user.email === to) return { ok: true, email: to }
  if (isOther(await adapter.getUserByEmail(to), userId)) return refused("EmailTaken")
  const right = undoRow(userId, user.email)
  if (!isLive(await findToken(adapter, right))) return refused("NotFound")
  const endSessions = () => endUserSessions(userId, config).catch((error) => config.logger.error(error))
  await endSessions()
  const changed = await adapter.updateUser({ id: userId, email: to, emailVerified: new Date() })
  await endSessions()
  await adapter.useVerificationToken(right)
  await emit(config, "updateUser", changed)
  if (config.audit) await recordEvent(context, "email-changed", { userId, reason: "undone" })
  return { ok: true, email: to }
}
