import { createHash } from "node:crypto"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import type { LockStore } from "../../stores/lock-store.js"
import { memoryLocks } from "../../stores/memory-locks.js"

/** For all configurations that name none: they may be several of one app. */
const common = memoryLocks()

export function locksOf({ locks }: Pick<ResolvedConfig, "locks">): LockStore {
  return locks ?? common
}

/** A key that tells nothing of what it is made from. */
export function lockKey(purpose: "refresh" | "unlink", subject: string): string {
  return `authjs:${purpose}:${createHash("sha256").update(subject).digest("base64url")}`
}
