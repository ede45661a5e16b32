import { isFinal } from "./cache-revocations.js"
import { markMemoryStore } from "./mark-memory-store.js"
import type { RevocationStore, SessionRecord } from "./revocation-store.js"

interface Revocation {
  readonly at: number
  readonly until: number
}

/** The smallest number of entries at which expired ones are searched for. */
const sweepAfter = 1000

/** A revocation store in memory. `isRevoked` and `list` are synchronous. */
export interface MemoryRevocation extends Required<RevocationStore> {
  /** Whether one of these keys was revoked at or after `startedAt`, or at all in the case of `sid:` keys. */
  isRevoked(keys: readonly string[], startedAt: Date): boolean
  /** Returns a user's unexpired, unrevoked sessions, most recently used first. */
  list(userId: string): SessionRecord[]
  /** The number of revocations and sessions kept. */
  readonly size: number
}

/**
 * Creates a revocation store in the memory of this process. It suits development, tests, and apps that run as a single
 * process: a restart forgets every revocation, so sessions that were ended become valid again until they expire. It
 * also lists sessions. Expired entries are removed from time to time.
 *
 * @example
 * const auth = ExpressAuth({ providers: [GitHub], revocation: memoryRevocation() })
 */
export function memoryRevocation(): MemoryRevocation {
  const revocations = new Map<string, Revocation>()
  const sessions = new Map<string, SessionRecord>()
  const size = () => revocations.size + sessions.size
  let nextSweep = sweepAfter

  function sweep(): void {
    if (size() <= nextSweep) return
    const now = Date.now()
    for (const [key, { until }] of revocations) if (until <= now) revocations.delete(key)
    for (const [id, session] of sessions) if (!isLive(session)) sessions.delete(id)
    nextSweep = Math.max(sweepAfter, size() * 2)
  }

  function isRevoked(keys: readonly string[], startedAt: Date): boolean {
    const started = startedAt.getTime()
    return keys.some((key) => {
      const revocation = revocations.get(key)
      return revocation !== undefined && (isFinal(key) || revocation.at >= started)
    })
  }

  function isLive({ id, userId, createdAt, expires }: SessionRecord): boolean {
    return expires.getTime() > Date.now() && !isRevoked([`sid:${id}`, `sub:${userId}`], createdAt)
  }

  return markMemoryStore({
    revoke(keys, until, at = new Date()) {
      for (const key of keys) {
        const former = revocations.get(key) ?? { at: 0, until: 0 }
        revocations.set(key, {
          at: Math.max(at.getTime(), former.at),
          until: Math.max(until.getTime(), former.until),
        })
      }
      sweep()
    },
    isRevoked,
    claim(key, until) {
      if (revocations.has(key)) return
      revocations.set(key, { at: Date.now(), until: until.getTime() })
      sweep()
      return () => void revocations.delete(key)
    },
    remember(session) {
      sessions.set(session.id, { ...session })
      sweep()
    },
    list(userId) {
      return [...sessions.values()]
        .filter((session) => session.userId === userId && isLive(session))
        .sort((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime())
        .map((session) => ({ ...session }))
    },
    get size() {
      return size()
    },
  })
}
