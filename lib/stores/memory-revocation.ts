import type { RevocationStore, SessionRecord } from "../config/revocation-store.js"

interface Revocation {
  readonly at: number
  readonly until: number
}

/** Entries between two sweeps for expired ones, at the least. */
const sweepAfter = 1000

/**
 * A revocation store in the memory of this process: for development, tests, and apps of one process that may forget on
 * restart who was signed out. It also keeps the list of sessions.
 *
 * @example
 * const auth = ExpressAuth({ providers: [GitHub], revocation: memoryRevocation() })
 */
export function memoryRevocation(): Required<RevocationStore> {
  const revocations = new Map<string, Revocation>()
  const sessions = new Map<string, Map<string, SessionRecord>>()
  let nextSweep = sweepAfter

  function sweep(): void {
    const now = Date.now()
    for (const [key, { until }] of revocations) if (until <= now) revocations.delete(key)
    nextSweep = Math.max(sweepAfter, revocations.size * 2)
  }

  function isRevoked(keys: readonly string[], begunAt: Date): boolean {
    const begun = begunAt.getTime()
    return keys.some((key) => (revocations.get(key)?.at ?? Number.NEGATIVE_INFINITY) >= begun)
  }

  function liveSessions(userId: string): SessionRecord[] {
    const known = sessions.get(userId) ?? new Map<string, SessionRecord>()
    for (const [id, session] of known) if (!isLive(session)) known.delete(id)
    if (known.size === 0) sessions.delete(userId)
    return [...known.values()]
  }

  function isLive({ id, userId, createdAt, expires }: SessionRecord): boolean {
    return expires.getTime() > Date.now() && !isRevoked([`sid:${id}`, `sub:${userId}`], createdAt)
  }

  return {
    revoke(keys, until) {
      const revocation = { at: Date.now(), until: until.getTime() }
      for (const key of keys) revocations.set(key, revocation)
      if (revocations.size > nextSweep) sweep()
    },
    isRevoked,
    remember(session) {
      const known = sessions.get(session.userId) ?? new Map<string, SessionRecord>()
      sessions.set(session.userId, known.set(session.id, session))
    },
    list(userId) {
      return liveSessions(userId).sort((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime())
    },
  }
}
