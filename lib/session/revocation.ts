import type { ResolvedConfig } from "../config/resolve-config.js"

type Revocable = Pick<ResolvedConfig, "revocation" | "session" | "logger">

/** The keys a session can be ended by. */
export function revocationKeys(sid: string, userId: string | undefined): readonly string[] {
  return userId === undefined ? [`sid:${sid}`] : [`sid:${sid}`, `sub:${userId}`]
}

/**
 * Whether a session was ended before its time. While the store cannot be reached, `session.revocationFailure` decides.
 *
 * @throws what the store threw, where the choice is "closed"
 */
export async function isRevoked(
  keys: readonly string[],
  begunAt: Date,
  { revocation, session, logger }: Revocable,
): Promise<boolean> {
  if (!revocation) return false
  try {
    return await revocation.isRevoked(keys, begunAt)
  } catch (error) {
    if (session.revocationFailure === "closed") throw error
    logger.warn("revocation-open", "The revocation store cannot be reached: revoked sessions are let in.")
    return false
  }
}

/** Ends the sessions under these keys. Nothing they were good for outlives `maxAge`. */
export async function revoke(keys: readonly string[], { revocation, session }: Revocable): Promise<void> {
  await revocation?.revoke(keys, new Date(Date.now() + (session.absoluteMaxAge ?? session.maxAge) * 1000))
}
