import { createHash } from "node:crypto"
import { AdapterError } from "@auth/core/errors"
import { perSource } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { LockStore, Release } from "../stores/lock-store.js"
import { memoryLocks } from "../stores/memory-locks.js"
import type { RevocationStore } from "../stores/revocation-store.js"

const claimedHere = perSource(() => memoryLocks())

/**
 * Claims a single-use key, in one atomic operation of the store that all processes share: the lock store, else the
 * revocation store. The claim is also kept in this process, and only there when neither store is configured.
 *
 * @param seconds until the key can be claimed again
 * @returns a function that releases the key, for a use that failed; `undefined` when the key was claimed before
 * @throws what the store throws, after releasing the key in this process
 */
export async function claim(
  config: ResolvedConfig,
  key: string,
  seconds: number,
): Promise<Release | undefined> {
  const releaseHere = claimedHere(config).acquire(key, seconds)
  if (!releaseHere) return
  try {
    const shared = config.locks ?? config.revocation
    if (!shared) return releaseHere
    const release = await claimIn(shared, key, seconds)
    return (
      release &&
      (async () => {
        releaseHere()
        await release()
      })
    )
  } catch (error) {
    releaseHere()
    throw error
  }
}

async function claimIn(
  store: LockStore | RevocationStore,
  key: string,
  seconds: number,
): Promise<Release | undefined> {
  if ("acquire" in store) return store.acquire(key, seconds)
  const until = new Date(Date.now() + seconds * 1000)
  if (store.claim) return store.claim(key, until)
  // A custom store without claim(): two processes can pass this check at the same moment.
  if (await store.isRevoked([key], new Date(0))) return
  await store.revoke([key], until)
  return () => undefined
}

/**
 * Marks a value as used, so that a copied cookie cannot be replayed. Shared between processes like `claim`.
 *
 * @param secret the single-use value, such as a challenge or a flow
 * @param maxAge seconds until the value has expired
 * @returns `false` when it was used before
 * @throws {AdapterError} when the store fails
 */
export async function useOnce(config: ResolvedConfig, secret: string, maxAge: number): Promise<boolean> {
  const key = `challenge:${createHash("sha256").update(secret).digest("base64url")}`
  try {
    return (await claim(config, key, maxAge)) !== undefined
  } catch (error) {
    const cause = { err: error instanceof Error ? error : new Error(String(error)) }
    throw new AdapterError("The store of single-use values failed", { cause })
  }
}
