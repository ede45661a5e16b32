import { createHash } from "node:crypto"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import { claim } from "../limits/single-use.js"
import { type LogoutClaims, logoutTokenLifetime } from "./logout-token.js"

/**
 * Runs `act` unless the logout token was used before, see {@link claim}. If `act` fails, the provider may send the same
 * token again.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOGOUT_TOKEN` (400) for a token that was used before
 * @throws whatever `act` or the store throws
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

/** Hashes the id, because providers choose it freely and it may be long. */
function keyOf(provider: string, jti: string): string {
  return `jti:${createHash("sha256")
    .update(JSON.stringify([provider, jti]))
    .digest("base64url")}`
}

function replayed(): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_LOGOUT_TOKEN", "The logout token was already used (`jti`).", {
    status: 400,
  })
}
