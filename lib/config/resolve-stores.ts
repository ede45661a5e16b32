import type { Adapter } from "@auth/core/adapters"
import type { SharedStores } from "../stores/adapter-extras.js"
import type { LimiterStore } from "../stores/limiter-store.js"
import type { LockStore } from "../stores/lock-store.js"
import type { RevocationStore } from "../stores/revocation-store.js"
import type { ExpressAuthConfig } from "./options.js"
import { resolveLimiter } from "./resolve-limits.js"
import { type ResolvedSession, resolveLocks, resolveRevocation } from "./resolve-session.js"

/** What outlives a request; `undefined` where this process remembers it, or revokes nothing. */
export interface ResolvedStores {
  readonly revocation: RevocationStore | undefined
  readonly locks: LockStore | undefined
  readonly limiter: LimiterStore | undefined
}

/**
 * The stores of the options, else those that come with the adapter, which all processes with that database share. Database
 * sessions need no revocation store: the row says whether they were ended, and asking twice would cost a statement.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function resolveStores(
  { adapter, revocation, locks, limiter }: ExpressAuthConfig,
  { strategy }: Pick<ResolvedSession, "strategy">,
): ResolvedStores {
  const brought: Adapter & SharedStores = adapter ?? {}
  const broughtRevocation = strategy === "jwt" ? brought.revocation : undefined
  return {
    revocation: revocation === false ? undefined : resolveRevocation(revocation ?? broughtRevocation),
    locks: resolveLocks(locks ?? brought.locks),
    limiter: resolveLimiter(limiter ?? brought.limiter),
  }
}
