import { LRUCache } from "lru-cache"
import type { RevocationStore } from "./revocation-store.js"

/** Where revocations are kept for several processes. */
export interface RevocationTable {
  /** @param at milliseconds since 1970; a key keeps the latest, and the longest `until` */
  write(keys: readonly string[], at: number, until: Date): Promise<unknown>
  /** When each key was revoked, in their order; `undefined` for one that was not. */
  read(keys: readonly string[]): Promise<readonly (number | undefined)[]>
}

interface Known {
  readonly at: number
  readonly asked: number
}

const never = Number.NEGATIVE_INFINITY

/**
 * Whether a revoked key is never good again, whenever its session is said to have begun: the clock of the process in which
 * it began may be fast.
 */
export function isFinal(key: string): boolean {
  return key.startsWith("sid:")
}

function isSince(key: string, at: number, begun: number): boolean {
  return at !== never && (isFinal(key) || at >= begun)
}
const size = 20_000

/**
 * A revocation store that asks its table only for what it has not just been told. What it revokes itself it knows at once.
 *
 * @param maxStale seconds an answer is trusted for, counted from the question: what others revoke is seen after that
 */
export function cacheRevocations(
  { read, write }: RevocationTable,
  maxStale: number,
): Pick<RevocationStore, "revoke" | "isRevoked"> {
  const memory = new LRUCache<string, Known>({ max: size })

  /** A revocation is never taken back, so an answer that comes late cannot undo a newer one. */
  function learn(key: string, at: number, asked: number): number {
    const known = memory.get(key)
    const latest = Math.max(at, known?.at ?? never)
    memory.set(key, { at: latest, asked: Math.max(asked, known?.asked ?? never) })
    return latest
  }

  async function ask(keys: readonly string[], begun: number): Promise<boolean> {
    const asked = performance.now()
    const found = await read(keys)
    // Each is remembered, not only those up to the first that decides.
    return keys
      .map((key, place) => isSince(key, learn(key, found[place] ?? never, asked), begun))
      .some((isRevoked) => isRevoked)
  }

  return {
    async revoke(keys, until) {
      if (keys.length === 0) return
      const at = Date.now()
      await write(keys, at, until)
      for (const key of keys) learn(key, at, never)
    },
    isRevoked(keys, begunAt) {
      const begun = begunAt.getTime()
      const trusted = performance.now() - maxStale * 1000
      const unknown: string[] = []
      for (const key of keys) {
        const known = memory.get(key)
        if (known && isSince(key, known.at, begun)) return true
        if (!known || known.asked <= trusted) unknown.push(key)
      }
      return unknown.length === 0 ? false : ask(unknown, begun)
    },
  }
}
