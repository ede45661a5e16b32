import { setTimeout as wait } from "node:timers/promises"
import { ExpressAuthError } from "../errors.js"
import type { LockStore, Release } from "./lock-store.js"

/** Seconds until the lock of a crashed process expires; longer than any work done under a lock. */
const ttl = 30
/** Seconds to wait for a lock that another request holds. */
const timeout = 20
/** Milliseconds between two attempts. */
const pause = 50

/**
 * Runs `work` while holding a lock, after waiting up to 20 seconds for it.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOCK` (503) when the store fails or the lock stays taken
 * @throws what `work` throws
 */
export async function holdLock<Value>(
  store: LockStore,
  key: string,
  work: () => Promise<Value>,
): Promise<Value> {
  const release = await acquire(store, key)
  try {
    return await work()
  } finally {
    await releaseQuietly(release)
  }
}

async function acquire(store: LockStore, key: string): Promise<Release> {
  for (const start = Date.now(); Date.now() - start < timeout * 1000; await wait(pause)) {
    const release = await askStore(() => store.acquire(key, ttl))
    if (release) return release
  }
  throw lockError(`Another request has held the lock for ${timeout} seconds.`)
}

/** Ignores errors: a lock that cannot be released expires. */
async function releaseQuietly(release: Release): Promise<void> {
  try {
    await release()
  } catch {}
}

/**
 * Calls the lock store.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOCK` (503) when the call fails
 */
export async function askStore<Value>(call: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await call()
  } catch (cause) {
    throw lockError("The lock store failed.", cause)
  }
}

function lockError(message: string, cause?: unknown): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_LOCK", message, { status: 503, cause })
}
