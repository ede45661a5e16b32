import { hash } from "node:crypto"
import type { LimitOptions } from "../config/options.js"
import { perSource } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { publish } from "../diagnostics/channels.js"
import { FallbackCounts } from "../stores/fallback-counts.js"
import type { Limit, LimiterStore } from "../stores/limiter-store.js"
import { memoryLimiter } from "../stores/memory-limiter.js"
import { resilientLimiter } from "../stores/resilient-limiter.js"

type Config = Pick<
  ResolvedConfig,
  "adapter" | "limiter" | "limits" | "logger" | "memory" | "baseSecrets" | "tenant"
>

// Written by hand, not with express-rate-limit: one attempt counts under several keys at once, and can be refunded.

/** Attempts that share a count. */
export interface Bucket {
  /** The limit that applies, by its option name. */
  readonly name: keyof LimitOptions
  /** What the attempts have in common, such as a folded name and a client address. */
  readonly of: readonly string[]
  /** Multiplies the limit, for a group of many clients. @default 1 */
  readonly times?: number
}

/** A bucket that is full. */
export interface Refusal {
  /** The full bucket. */
  readonly bucket: Bucket
  /** Seconds until the bucket has room again. */
  readonly retryAfter: number
}

/**
 * Counts one attempt in each bucket, or in none if one of them is full.
 *
 * All buckets are checked before any is counted, so that refused attempts write nothing, however many there are. When a
 * concurrent request fills a bucket after the check, the counts already made are refunded.
 *
 * @returns the bucket that is full, or `undefined` when the attempt is allowed
 * @throws {RateLimitError} when the store does not answer in time
 */
export async function takeAll(buckets: readonly Bucket[], config: Config): Promise<Refusal | undefined> {
  const refusal = await takeEach(buckets, config)
  if (refusal)
    publish("limit-reached", () => ({ limit: refusal.bucket.name, retryAfter: refusal.retryAfter }))
  return refusal
}

async function takeEach(buckets: readonly Bucket[], config: Config): Promise<Refusal | undefined> {
  const limiter = limiterOf(config)
  const all = toCounted(buckets, config)
  const full = await findFull(all, limiter)
  if (full) return full
  const taken: Counted[] = []
  try {
    for (const one of all) {
      const { allowed, retryAfter } = await limiter.take(one.key, one.limit)
      if (!allowed) {
        await giveBack(taken, limiter)
        return { bucket: one.bucket, retryAfter }
      }
      taken.push(one)
    }
  } catch (error) {
    await giveBack(taken, limiter)
    throw error
  }
}

async function findFull(
  counted: readonly Counted[],
  limiter: Required<LimiterStore>,
): Promise<Refusal | undefined> {
  const asked = []
  for (const { key, limit } of counted) asked.push(limiter.peek(key, limit))
  const answers = await Promise.all(asked)
  const full = answers.findIndex(({ allowed }) => !allowed)
  const { bucket } = counted[full] ?? {}
  return bucket && { bucket, retryAfter: answers[full]?.retryAfter ?? 0 }
}

/** Refunds one attempt in each bucket. */
export async function giveBackAll(buckets: readonly Bucket[], config: Config): Promise<void> {
  await giveBack(toCounted(buckets, config), limiterOf(config))
}

async function giveBack(counted: readonly Counted[], limiter: LimiterStore): Promise<void> {
  const refunds = []
  for (const { key } of counted) refunds.push(limiter.giveBack(key))
  await Promise.all(refunds)
}

/** A bucket that has a limit, as the limiter counts it. */
interface Counted {
  readonly bucket: Bucket
  readonly key: string
  readonly limit: Limit
}

const counted = new WeakMap<readonly Bucket[], { config: Config; all: Counted[] }>()

/** Hashes the keys of an attempt once, although it is counted and refunded. */
function toCounted(buckets: readonly Bucket[], config: Config): Counted[] {
  const known = counted.get(buckets)
  if (known?.config === config) return known.all
  const all = listCounted(buckets, config)
  counted.set(buckets, { config, all })
  return all
}

function listCounted(buckets: readonly Bucket[], config: Config): Counted[] {
  return buckets.flatMap((bucket) => {
    const limit = config.limits[bucket.name]
    if (!limit) return []
    const { times = 1 } = bucket
    return { bucket, key: keyOf(bucket, limit, config), limit: { ...limit, limit: limit.limit * times } }
  })
}

/**
 * Returns the store key of a bucket: a keyed hash, so that those who can read the store cannot guess names or addresses
 * from it. Counts are separate for each window length and each named tenant. Tenants that only their host tells apart
 * share counts: clients choose the Host header, and would otherwise get fresh attempts with each host.
 */
function keyOf({ name, of }: Bucket, { window }: Limit, { baseSecrets, tenant }: Config): string {
  const key = JSON.stringify([name, window, ...of, ...(tenant?.isNamed ? [{ tenant: tenant.id }] : [])])
  // The secret comes last, so that no hash can be extended. An HMAC takes five times as long, for every bucket.
  return hash("sha256", `${key} limits ${baseSecrets[0]}`, "base64url")
}

const limiters = new WeakMap<object, Required<LimiterStore>>()

/** Kept per configuration source: a function can return a new store object for each request. */
const fallbackCounts = perSource(() => new FallbackCounts())

/**
 * Returns the limiter of a configuration. Without a `limiter` option it is a memory limiter per adapter, which several
 * configurations may share, or, when a function returns the configurations, per function: its adapter may be a new
 * object for each request.
 */
function limiterOf(config: Config): Required<LimiterStore> {
  const { adapter, limiter, memory } = config
  const owner = limiter ?? (memory.isOfFunction ? memory : (adapter ?? memory))
  const existing = limiters.get(owner)
  if (existing) return existing
  const { logger } = config
  const created = limiter
    ? resilientLimiter(limiter, { onFailure: logger.error, fallback: fallbackCounts(config) })
    : memoryLimiter()
  limiters.set(owner, created)
  return created
}
