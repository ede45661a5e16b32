import type { ResolvedConfig } from "../config/resolve-config.js"
import { foldIdentifier } from "../limits/fold-identifier.js"
import { holdLock } from "../stores/hold-lock.js"
import type { AddressLink } from "./address-link.js"
import { lockKey, locksOf } from "./locks-of.js"

/**
 * Runs a change of address while no other change of the same user, or to the same address, runs.
 *
 * Two changes of one user at once would each see the other's half of the rights to undo: an intruder could leave the
 * owner without theirs.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LOCK` (503)
 */
export function holdAddressLocks<Value>(
  config: Pick<ResolvedConfig, "locks">,
  { userId, to }: Pick<AddressLink, "userId" | "to">,
  change: () => Promise<Value>,
): Promise<Value> {
  const locks = locksOf(config)
  const ofAddress = lockKey("address", foldIdentifier(to))
  return holdLock(locks, lockKey("address", `user ${userId}`), () => holdLock(locks, ofAddress, change))
}
