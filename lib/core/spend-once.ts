import { createHash } from "node:crypto"
import { AdapterError } from "@auth/core/errors"
import { LRUCache } from "lru-cache"
import { remembered } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"

const spentHere = remembered(() => new LRUCache<string, true>({ max: 10_000 }))

/**
 * Lets something be used once, though the cookie that holds it can be copied and sent again: once in this process and,
 * by the revocation store, in all.
 *
 * @param secret what is used up: a challenge, a flow
 * @param maxAge seconds after which nothing takes it any more
 * @returns `false` where it was used before
 * @throws {AdapterError} where the store failed
 */
export async function spendOnce(config: ResolvedConfig, secret: string, maxAge: number): Promise<boolean> {
  const ttl = maxAge * 1000
  const spent = spentHere(config)
  const key = `challenge:${createHash("sha256").update(secret).digest("base64url")}`
  if (spent.has(key)) return false
  spent.set(key, true, { ttl })
  try {
    if (await config.revocation?.isRevoked([key], new Date(0))) return false
    await config.revocation?.revoke([key], new Date(Date.now() + ttl))
  } catch (error) {
    const cause = { err: error instanceof Error ? error : new Error(String(error)) }
    throw new AdapterError("The revocation store failed", { cause })
  }
  return true
}
