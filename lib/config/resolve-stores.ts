import type { Adapter } from "@auth/core/adapters"
import { ConfigError } from "../errors.js"
import type { SharedStores } from "../stores/adapter-extras.js"
import type { LimiterStore } from "../stores/limiter-store.js"
import type { LockStore } from "../stores/lock-store.js"
import type { RevocationStore } from "../stores/revocation-store.js"
import type { ExpressAuthConfig } from "./options.js"
import type { ResolvedSession } from "./resolve-session.js"

/** The stores of a configuration. */
export interface ResolvedStores {
  /** Revoked sessions; `undefined` for no revocation. */
  readonly revocation: RevocationStore | undefined
  /** Locks shared by all processes; `undefined` for locks in memory. */
  readonly locks: LockStore | undefined
  /** Counts shared by all processes; `undefined` for counts in memory. */
  readonly limiter: LimiterStore | undefined
}

/**
 * Resolves the stores: those of the options, else those of the adapter, which all processes with that database share.
 * Database sessions do not use the adapter's revocation store: deleting the row ends them, and a second query per
 * request would be wasted.
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

/**
 * Requires a revocation store, or `undefined`.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for anything else, at start instead of during a request
 */
export function resolveRevocation(store: RevocationStore | undefined): RevocationStore | undefined {
  if (store === undefined) return
  const isStore =
    typeof store === "object" && typeof store?.revoke === "function" && typeof store.isRevoked === "function"
  if (isStore) return store
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "`revocation` must be a store with revoke() and isRevoked(), e.g. revocation: memoryRevocation().",
  )
}

const lockMethods = ["acquire", "get", "set"] as const

/**
 * Requires a lock store, or `undefined`.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for anything else, at start instead of during a request
 */
export function resolveLocks(store: LockStore | undefined): LockStore | undefined {
  if (store === undefined) return
  if (lockMethods.every((name) => typeof store?.[name] === "function")) return store
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "`locks` must be a store with acquire(), get() and set(), e.g. locks: memoryLocks().",
  )
}

const limiterMethods = ["take", "giveBack"] as const

/**
 * Requires a limiter store, or `undefined`.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for anything else, at start instead of during a request
 */
export function resolveLimiter(store: ExpressAuthConfig["limiter"]): ExpressAuthConfig["limiter"] {
  if (store === undefined) return
  const canPeek = store?.peek === undefined || typeof store.peek === "function"
  if (canPeek && limiterMethods.every((name) => typeof store?.[name] === "function")) return store
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "`limiter` must be a store with take() and giveBack(), e.g. limiter: memoryLimiter().",
  )
}
