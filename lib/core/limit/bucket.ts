import { createHmac } from "node:crypto"
import type { Limit, LimitAnswer, LimiterStore } from "../../config/limiter-store.js"
import type { LimitOptions } from "../../config/options.js"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { memoryLimiter } from "../../stores/memory-limiter.js"
import { steadyLimiter } from "../../stores/steady-limiter.js"

type Config = Pick<
  ResolvedConfig,
  "adapter" | "limiter" | "limits" | "logger" | "memory" | "baseSecrets" | "tenant"
>

/** What is counted together. */
export interface Bucket {
  /** The limit it is under. */
  readonly name: keyof LimitOptions
  /** Whose it is, in one spelling. */
  readonly of: readonly string[]
}

const passing: LimitAnswer = { allowed: true, retryAfter: 0 }

/** Counts one more, where there is room or no limit. */
export async function take(bucket: Bucket, config: Config): Promise<LimitAnswer> {
  const limit = config.limits[bucket.name]
  return limit ? limiterOf(config).take(keyOf(bucket, limit, config), limit) : passing
}

/** What was counted did not happen after all. */
export async function giveBack(bucket: Bucket, config: Config): Promise<void> {
  const limit = config.limits[bucket.name]
  if (limit) await limiterOf(config).giveBack(keyOf(bucket, limit, config))
}

/** What was counted does not matter any more. */
export async function forget(bucket: Bucket, config: Config): Promise<void> {
  const limit = config.limits[bucket.name]
  if (limit) await limiterOf(config).forget(keyOf(bucket, limit, config))
}

/**
 * Stores may be read by others, so they get no names or addresses, and nothing that those could be guessed from: the hash
 * is keyed. A limit of another length has counts of its own, and so has a tenant that the app names. Tenants that are told
 * apart by their host share theirs: visitors choose the Host header, and would have as many guesses as they can think of hosts.
 */
function keyOf({ name, of }: Bucket, { window }: Limit, { baseSecrets, tenant }: Config): string {
  const text = JSON.stringify([name, window, ...of, ...(tenant?.isNamed ? [{ tenant: tenant.id }] : [])])
  return createHmac("sha256", `${baseSecrets[0]} limits`).update(text).digest("base64url")
}

const limiters = new WeakMap<object, LimiterStore>()

/**
 * Without a store, one for each database, which several configurations may share; where a function chooses the
 * configurations, one for that function, whose adapter may be a new object at each request.
 */
function limiterOf(config: Config): LimiterStore {
  const { adapter, limiter, memory } = config
  const owner = limiter ?? (memory.isOfFunction ? memory : (adapter ?? memory))
  const known = limiters.get(owner)
  if (known) return known
  const created = config.limiter ? steadyLimiter(config.limiter, config.logger.error) : memoryLimiter()
  limiters.set(owner, created)
  return created
}
