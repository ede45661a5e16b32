import { createHash } from "node:crypto"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { LockStore } from "../stores/lock-store.js"
import { memoryLocks } from "../stores/memory-locks.js"

/** Shared by all configurations without a lock store, because several may belong to one app. */
const common = memoryLocks()

/** Returns the lock store of a configuration; without one, a store in memory. */
export function locksOf({ locks }: Pick<ResolvedConfig, "locks">): LockStore {
  return locks ?? common
}

/** Derives the key of a lock, as a hash of its subject. */
export function lockKey(purpose: "refresh" | "unlink" | "address", subject: string): string {
  return `authjs:${purpose}:${createHash("sha256").update(subject).digest("base64url")}`
}
