import type { LockStore } from "./lock-store.js"
import { markMemoryStore } from "./mark-memory-store.js"

interface Entry {
  readonly value: string
  readonly until: number
}

/** The smallest number of entries at which expired ones are searched for. */
const sweepAfter = 1000

/** A lock store in memory. All of its methods are synchronous. */
export interface MemoryLocks extends LockStore {
  /** Acquires a lock for `ttl` seconds if it is free. Returns a function that releases it. */
  acquire(key: string, ttl: number): (() => void) | undefined
  /** Returns the unexpired value of a key. */
  get(key: string): string | undefined
  /** Stores a value for `ttl` seconds. */
  set(key: string, value: string, ttl: number): void
  /** The number of locks and values kept. */
  readonly size: number
}

/**
 * Creates a lock store in the memory of this process: the default, sufficient for apps that run as a single process.
 *
 * @example
 * const auth = ExpressAuth({ providers: [GitHub], adapter, locks: memoryLocks() })
 */
export function memoryLocks(): MemoryLocks {
  const locks = new Map<string, { until: number }>()
  const values = new Map<string, Entry>()
  const size = () => locks.size + values.size
  let nextSweep = sweepAfter

  function sweep(): void {
    if (size() <= nextSweep) return
    const now = Date.now()
    for (const kept of [locks, values])
      for (const [key, { until }] of kept) if (until <= now) kept.delete(key)
    nextSweep = Math.max(sweepAfter, size() * 2)
  }

  return markMemoryStore({
    acquire(key, ttl) {
      const now = Date.now()
      if ((locks.get(key)?.until ?? 0) > now) return
      const lock = { until: now + ttl * 1000 }
      locks.set(key, lock)
      sweep()
      return () => {
        if (locks.get(key) === lock) locks.delete(key)
      }
    },
    get(key) {
      const entry = values.get(key)
      return entry && entry.until > Date.now() ? entry.value : undefined
    },
    set(key, value, ttl) {
      values.set(key, { value, until: Date.now() + ttl * 1000 })
      sweep()
    },
    get size() {
      return size()
    },
  })
}
