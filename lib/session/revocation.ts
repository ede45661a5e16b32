import type { ResolvedConfig } from "../config/resolve-config.js"
import { pendingRevocations } from "./pending-revocations.js"
import { type ProviderSession, providerSessionKeys } from "./provider-session.js"

type Revocable = Pick<ResolvedConfig, "revocation" | "session" | "jwt" | "logger" | "memory">

/**
 * Returns the keys that can end a session: its own, its user's, and that of its session at the provider.
 *
 * @param sid the session's id
 */
export function revocationKeys(
  sid: string,
  userId: string | undefined,
  providerSession?: ProviderSession,
): readonly string[] {
  const user = userId === undefined ? [] : [`sub:${userId}`]
  return [`sid:${sid}`, ...user, ...providerSessionKeys(providerSession)]
}

/**
 * Whether a session was revoked. While the store is unreachable, `session.revocationFailure` decides.
 *
 * @param startedAt when the session started; revocations of a user end only sessions started before them
 * @throws whatever the store throws, if `session.revocationFailure` is "closed"
 */
export async function isRevoked(
  keys: readonly string[],
  startedAt: Date,
  config: Revocable,
): Promise<boolean> {
  const { revocation, session, logger } = config
  if (!revocation) return false
  if (pendingRevocations(config).has(keys, startedAt)) return true
  try {
    return await revocation.isRevoked(keys, startedAt)
  } catch (error) {
    if (session.revocationFailure === "closed") throw error
    logger.warn(
      "revocation-open",
      "The revocation store is unreachable; revoked sessions are accepted until it responds.",
    )
    return false
  }
}

/**
 * Seconds beyond a session's lifetime that a revocation is kept: for the clock tolerance of tokens, and for a renewal
 * by a process that has not seen the revocation yet.
 */
const margin = 60

/**
 * Revokes the sessions under these keys. If the store fails, the revocation applies to this process at once and to the
 * others once the store responds again. Does nothing without a store.
 *
 * @throws whatever the store throws
 */
export async function revoke(keys: readonly string[], config: Revocable): Promise<void> {
  const { maxAge, absoluteMaxAge = 0 } = config.session
  const longest = Math.max(maxAge, absoluteMaxAge, config.jwt.maxAge ?? 0) + margin
  const at = new Date()
  const until = new Date(at.getTime() + longest * 1000)
  const { revocation } = config
  if (!revocation) return
  try {
    await revocation.revoke(keys, until, at)
  } catch (error) {
    pendingRevocations(config).add({ keys, until, at }, revocation)
    throw error
  }
}

/**
 * Revokes every session of a user that was started before now. Sessions that the store lists are also revoked by id,
 * because a process with a fast clock may have dated them later.
 *
 * @throws whatever the store throws
 */
export async function revokeUser(userId: string, config: Revocable): Promise<void> {
  const sessions = await listSessions(userId, config)
  await revoke([`sub:${userId}`, ...sessions.map(({ id }) => `sid:${id}`)], config)
}

/** A store that fails here fails the revocation that follows too, which reports the error and retries. */
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
