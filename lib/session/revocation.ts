import type { ResolvedConfig } from "../config/resolve-config.js"
import { type ProviderSession, providerSessionKeys } from "./provider-session.js"

type Revocable = Pick<ResolvedConfig, "revocation" | "session" | "jwt" | "logger">

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

/**
 * Seconds a token is accepted past its end, and that another process may take to hear of a revocation, during which it
 * renews the token once more.
 */
const margin = 60

/** Ends the sessions under these keys. */
export async function revoke(keys: readonly string[], config: Revocable): Promise<void> {
  const { maxAge, absoluteMaxAge = 0 } = config.session
  const longest = Math.max(maxAge, absoluteMaxAge, config.jwt.maxAge ?? 0) + margin
  await config.revocation?.revoke(keys, new Date(Date.now() + longest * 1000))
}
