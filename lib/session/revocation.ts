import type { ResolvedConfig } from "../config/resolve-config.js"
import { pendingRevocations } from "./pending-revocations.js"
import { type ProviderSession, providerSessionKeys } from "./provider-session.js"

type Revocable = Pick<ResolvedConfig, "revocation" | "session" | "jwt" | "logger" | "memory">

/** The keys a session can be ended by: its own, its user's, and that of the provider's session it was begun in. */
export function revocationKeys(
  sid: string,
  userId: string | undefined,
  providerSession?: ProviderSession,
): readonly string[] {
  const user = userId === undefined ? [] : [`sub:${userId}`]
  return [`sid:${sid}`, ...user, ...providerSessionKeys(providerSession)]
}

/**
 * Whether a session was ended before its time. While the store cannot be reached, `session.revocationFailure` decides.
 *
 * @throws what the store threw, where the choice is "closed"
 */
export async function isRevoked(keys: readonly string[], begunAt: Date, config: Revocable): Promise<boolean> {
  const { revocation, session, logger } = config
  if (!revocation) return false
  if (pendingRevocations(config).has(keys)) return true
  try {
    return await revocation.isRevoked(keys, begunAt)
  } catch (error) {
    if (session.revocationFailure === "closed") throw error
    logger.warn("revocation-open", "The revocation store cannot be reached: revoked sessions are let in.")
    return false
  }
}

/**
 * Seconds a token is accepted past its end, and that another process may take to hear of a revocation, during which it
 * renews the token once more.
 */
const margin = 60

/**
 * Ends the sessions under these keys. Where the store fails, they have ended in this process, and are ended in the others
 * when the store is back.
 *
 * @throws what the store threw
 */
export async function revoke(keys: readonly string[], config: Revocable): Promise<void> {
  const { maxAge, absoluteMaxAge = 0 } = config.session
  const longest = Math.max(maxAge, absoluteMaxAge, config.jwt.maxAge ?? 0) + margin
  const until = new Date(Date.now() + longest * 1000)
  const { revocation } = config
  if (!revocation) return
  try {
    await revocation.revoke(keys, until)
  } catch (error) {
    pendingRevocations(config).add({ keys, until }, revocation)
    throw error
  }
}

/**
 * Ends every session of a user that was begun up to now: by time, and those that the store lists by name as well, since they
 * may have been begun by a process whose clock is fast.
 *
 * @throws what the store threw
 */
export async function revokeUser(userId: string, config: Revocable): Promise<void> {
  const sessions = await listSessions(userId, config)
  await revoke([`sub:${userId}`, ...sessions.map(({ id }) => `sid:${id}`)], config)
}

/** A store that cannot list them now cannot take the revocation either, which is what has to be reported and repeated. */
async function listSessions(
  userId: string,
  { revocation, logger }: Revocable,
): Promise<readonly { readonly id: string }[]> {
  try {
    return (await revocation?.list?.(userId)) ?? []
  } catch (error) {
    logger.error(error)
    return []
  }
}
