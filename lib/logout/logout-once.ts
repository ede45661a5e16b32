import { createHash } from "node:crypto"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import { claim } from "../limits/single-use.js"
import { type LogoutClaims, logoutTokenLifetime } from "./logout-token.js"

/**
 * Runs `act` for a logout token that was not used before, see {@link claim}. When it fails the provider may send the same
 * token again.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOGOUT_TOKEN` (400), and what `act` or the store threw
 */
export async function useLogoutTokenOnce(
  { jti }: LogoutClaims,
  { provider, config }: { provider: string; config: ResolvedConfig },
  act: () => Promise<void>,
): Promise<void> {
  const release = await claim(config, keyOf(provider, jti), logoutTokenLifetime)
  if (!release) throw replayed()
  try {
    await act()
  } catch (error) {
    await release()
    throw error
  }
}

/** Providers choose their ids, which may be of any length. */
function keyOf(provider: string, jti: string): string {
  return `jti:${createHash("sha256")
    .update(JSON.stringify([provider, jti]))
    .digest("base64url")}`
}

function replayed(): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_LOGOUT_TOKEN", "The logout token was used before (`jti`).", {
    status: 400,
  })
}
