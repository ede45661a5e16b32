import { isFinal } from "./cache-revocations.js"
import { markMemoryStore } from "./mark-memory-store.js"
import type { RevocationStore, SessionRecord } from "./revocation-store.js"

interface Revocation {
  readonly at: number
  readonly until: number
}

/** Entries it takes before it looks for expired ones, at the least. */
const sweepAfter = 1000

/** The store, and how much it keeps. */
export interface MemoryRevocation extends Required<RevocationStore> {
  isRevoked(keys: readonly string[], begunAt: Date): boolean
  list(userId: string): SessionRecord[]
  /** Revocations and sessions it keeps. */
  readonly size: number
}

/**
 * A revocation store in the memory of this process: for development, tests, and apps of one process that may forget on
 * restart who was signed out. It also keeps the list of sessions. What has expired goes now and then.
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

  function isRevoked(keys: readonly string[], begunAt: Date): boolean {
    const begun = begunAt.getTime()
    return keys.some((key) => {
      const known = revocations.get(key)
      return known !== undefined && (isFinal(key) || known.at >= begun)
    })
  }

  function isLive({ id, userId, createdAt, expires }: SessionRecord): boolean {
    return expires.getTime() > Date.now() && !isRevoked([`sid:${id}`, `sub:${userId}`], createdAt)
  }

  return markMemoryStore({
    revoke(keys, until) {
      const at = Date.now()
      for (const key of keys) {
        const former = revocations.get(key)?.until ?? 0
        revocations.set(key, { at, until: Math.max(until.getTime(), former) })
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
