import { randomUUID } from "node:crypto"
import type { LockStore } from "../stores/lock-store.js"
import type { Keyspace } from "./keyspace.js"

/** Releases a lock only if it still belongs to this owner. */
const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

const toMilliseconds = (seconds: number) => `${Math.max(1, Math.ceil(seconds * 1000))}`

/** Locks by `SET NX`, and values with a lifetime. Both expire by themselves. */
export function lockStore({ command, script, keyOf }: Keyspace): Required<LockStore> {
  async function acquire(key: string, ttl: number) {
    const owner = randomUUID()
    const release = async () => void (await script(releaseScript, [keyOf("lock", key)], [owner]))
    try {
      const taken = await command("SET", keyOf("lock", key), owner, "NX", "PX", toMilliseconds(ttl))
      return taken === null ? undefined : release
    } catch (error) {
      // The server may have acquired the lock although its reply was lost.
      release().catch(() => {})
      throw error
    }
  }

  return {
    acquire,
    get: async (key) => {
      const value = await command("GET", keyOf("value", key))
      return typeof value === "string" ? value : undefined
    },
    set: async (key, value, ttl) =>
      void (await command("SET", keyOf("value", key), value, "PX", toMilliseconds(ttl))),
  }
}
