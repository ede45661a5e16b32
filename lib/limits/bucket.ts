import { createHmac } from "node:crypto"
import type { LimitOptions } from "../config/options.js"
import { perSource } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { FallbackCounts } from "../stores/fallback-counts.js"
import type { Limit, LimitAnswer, LimiterStore } from "../stores/limiter-store.js"
import { memoryLimiter } from "../stores/memory-limiter.js"
import { resilientLimiter } from "../stores/resilient-limiter.js"

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

/** Where there was no more room, and in how many seconds there is. */
export interface Refusal {
  readonly bucket: Bucket
  readonly retryAfter: number
}

/**
 * Counts one more in each bucket, or in none where one of them is full.
 *
 * It looks before it counts, so that what is refused writes nothing, as often as it may come. Of several at once that have
 * all found room, those for which there is none after all are counted and given back.
 *
 * @throws {RateLimitError} where the store is too slow to tell
 */
export async function takeAll(buckets: readonly Bucket[], config: Config): Promise<Refusal | undefined> {
  const full = await findFull(buckets, config)
  if (full) return full
  const taken: Bucket[] = []
  try {
    for (const bucket of buckets) {
      const { allowed, retryAfter } = await ask("take", bucket, config)
      if (!allowed) {
        await giveBackAll(taken, config)
        return { bucket, retryAfter }
      }
      taken.push(bucket)
    }
  } catch (error) {
    await giveBackAll(taken, config)
    throw error
  }
}

/** The first that is full. */
async function findFull(buckets: readonly Bucket[], config: Config): Promise<Refusal | undefined> {
  const answers = await Promise.all(buckets.map((bucket) => ask("peek", bucket, config)))
  const refusals = buckets.map((bucket, place) => ({ bucket, ...(answers[place] ?? passing) }))
  return refusals.find(({ allowed }) => !allowed)
}

const passing: LimitAnswer = { allowed: true, retryAfter: 0 }

async function ask(method: "take" | "peek", bucket: Bucket, config: Config): Promise<LimitAnswer> {
  const limit = config.limits[bucket.name]
  return limit ? limiterOf(config)[method](keyOf(bucket, limit, config), limit) : passing
}

/** What was counted did not happen after all. */
export async function giveBackAll(buckets: readonly Bucket[], config: Config): Promise<void> {
  await Promise.all(buckets.map((bucket) => giveBack(bucket, config)))
}

async function giveBack(bucket: Bucket, config: Config): Promise<void> {
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

const limiters = new WeakMap<object, Required<LimiterStore>>()

/** What this process has counted itself, also where each request brings a store object of its own. */
const fallbackCounts = perSource(() => new FallbackCounts())

/**
 * Without a store, one for each database, which several configurations may share; where a function chooses the
 * configurations, one for that function, whose adapter may be a new object at each request.
 */
function limiterOf(config: Config): Required<LimiterStore> {
  const { adapter, limiter, memory } = config
  const owner = limiter ?? (memory.isOfFunction ? memory : (adapter ?? memory))
  const known = limiters.get(owner)
  if (known) return known
  const { logger } = config
  const created = limiter
    ? resilientLimiter(limiter, { onFailure: logger.error, fallback: fallbackCounts(config) })
    : memoryLimiter()
  limiters.set(owner, created)
  return created
}
