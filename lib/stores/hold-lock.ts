import { setTimeout as wait } from "node:timers/promises"
import { ExpressAuthError } from "../errors.js"
import type { LockStore, Release } from "./lock-store.js"

/** Seconds a lock outlives a process that died with it: longer than any work under it takes. */
const ttl = 30
/** Seconds to wait for somebody else's work. */
const patience = 20
/** Milliseconds between two tries. */
const pause = 50

/**
 * Works while nobody else holds the lock, waiting for it if need be.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOCK` (503) when the store failed, or the lock was held for too long
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
    await giveBack(release)
  }
}

async function acquire(store: LockStore, key: string): Promise<Release> {
  for (const start = Date.now(); Date.now() - start < patience * 1000; await wait(pause)) {
    const release = await askStore(() => store.acquire(key, ttl))
    if (release) return release
  }
  throw lockError(`Somebody else has held the lock for ${patience} seconds.`)
}

/** A lock that cannot be given back ends by itself. */
async function giveBack(release: Release): Promise<void> {
  try {
    await release()
  } catch {}
}

/** @throws {ExpressAuthError} `ERR_AUTH_LOCK` (503) where the call fails */
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
