import { LRUCache } from "lru-cache"
import { remembered } from "../../config/process-memory.js"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { ExpressAuthError } from "../../errors.js"
import { toPlainId } from "../../session/provider-session.js"
import { type LogoutClaims, logoutTokenLifetime } from "./logout-token.js"

const usedHere = remembered(
  () => new LRUCache<string, true>({ max: 10_000, ttl: logoutTokenLifetime * 1000 }),
)

/**
 * Runs `act` for a logout token that was not used before, in this process or, by the revocation store, in another. When
 * it fails the provider may send the same token again.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOGOUT_TOKEN` (400), and what `act` or the store threw
 */
export async function useLogoutTokenOnce(
  { jti }: LogoutClaims,
  { provider, config }: { provider: string; config: ResolvedConfig },
  act: () => Promise<void>,
): Promise<void> {
  const used = usedHere(config)
  const key = `jti:${provider}:${toPlainId(jti)}`
  if (used.has(key)) throw replayed()
  used.set(key, true)
  try {
    if (await config.revocation?.isRevoked([key], new Date(0))) throw replayed()
    await act()
    await config.revocation?.revoke([key], new Date(Date.now() + logoutTokenLifetime * 1000))
  } catch (error) {
    used.delete(key)
    throw error
  }
}

function replayed(): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_LOGOUT_TOKEN", "The logout token was used before (`jti`).", {
    status: 400,
  })
}
