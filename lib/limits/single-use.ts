import { createHash } from "node:crypto"
import { AdapterError } from "@auth/core/errors"
import { perSource } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { Release } from "../stores/lock-store.js"
import { memoryLocks } from "../stores/memory-locks.js"

const claimedHere = perSource(() => memoryLocks())

/**
 * Claims a key that may be used once, in one atomic operation of the store that all processes share: the lock store, or
 * else the revocation store. This process remembers it as well, and alone where there is neither.
 *
 * @param seconds how long nothing else can claim the key
 * @returns what gives the key back, for a use that failed; `undefined` where it was claimed before
 * @throws what the store throws; the key is then free again in this process
 */
export async function claim(
  config: ResolvedConfig,
  key: string,
  seconds: number,
): Promise<Release | undefined> {
  const releaseHere = claimedHere(config).acquire(key, seconds)
  if (!releaseHere) return
  try {
    const release = await claimShared(config, key, seconds)
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

async function claimShared(
  { locks, revocation }: ResolvedConfig,
  key: string,
  seconds: number,
): Promise<Release | undefined> {
  if (locks) return locks.acquire(key, seconds)
  const until = new Date(Date.now() + seconds * 1000)
  const keep = () => undefined
  if (!revocation) return keep
  if (revocation.claim) return revocation.claim(key, until)
  // A store of the app's own that cannot claim: two processes at the same moment may both get here.
  if (await revocation.isRevoked([key], new Date(0))) return
  await revocation.revoke([key], until)
  return keep
}

/**
 * Lets something be used once, though the cookie that holds it can be copied and sent again. See `claim` for who
 * shares it.
 *
 * @param secret what is used up: a challenge, a flow
 * @param maxAge seconds after which nothing takes it any more
 * @returns `false` where it was used before
 * @throws {AdapterError} where the store failed
 */
export async function useOnce(config: ResolvedConfig, secret: string, maxAge: number): Promise<boolean> {
  const key = `challenge:${createHash("sha256").update(secret).digest("base64url")}`
  try {
    return (await claim(config, key, maxAge)) !== undefined
  } catch (error) {
    const cause = { err: error instanceof Error ? error : new Error(String(error)) }
    throw new AdapterError("The store of what was used failed", { cause })
  }
}
