import { createHash } from "node:crypto"
import { AdapterError } from "@auth/core/errors"
import { LRUCache } from "lru-cache"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { challengeMaxAge } from "./passkey-challenge.js"

const spentHere = new WeakMap<ResolvedConfig, LRUCache<string, true>>()

/**
 * Lets a challenge be answered once, though its cookie can be copied and sent again: once in this process and, by the
 * revocation store, in all.
 *
 * @returns `false` where it was answered before
 * @throws {AdapterError} where the store failed
 * @see https://www.w3.org/TR/webauthn-2/#sctn-cryptographic-challenges
 */
export async function spendChallenge(config: ResolvedConfig, challenge: string): Promise<boolean> {
  const ttl = challengeMaxAge * 1000
  const spent = spentHere.get(config) ?? new LRUCache({ max: 10_000, ttl })
  spentHere.set(config, spent)
  const key = `challenge:${createHash("sha256").update(challenge).digest("base64url")}`
  if (spent.has(key)) return false
  spent.set(key, true)
  try {
    if (await config.revocation?.isRevoked([key], new Date(0))) return false
    await config.revocation?.revoke([key], new Date(Date.now() + ttl))
  } catch (error) {
    const cause = { err: error instanceof Error ? error : new Error(String(error)) }
    throw new AdapterError("The revocation store failed", { cause })
  }
  return true
}
