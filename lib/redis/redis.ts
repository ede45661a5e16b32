import { ConfigError } from "../errors.js"
import type { SessionPart, VerificationTokenPart } from "../stores/compose-adapters.js"
import type { LimiterStore } from "../stores/limiter-store.js"
import type { LockStore } from "../stores/lock-store.js"
import type { RevocationStore } from "../stores/revocation-store.js"
import type { RedisClient } from "./connection.js"
import { openKeyspace } from "./keyspace.js"
import { limiterStore } from "./limiter.js"
import { lockStore } from "./locks.js"
import { revocationStore } from "./revocation.js"
import { sessionMethods } from "./sessions.js"
import { verificationTokenMethods } from "./verification-tokens.js"

export interface RedisOptions {
  /**
   * Begins every key. Two apps on one server need different ones.
   *
   * @default "express-authjs:"
   */
  readonly prefix?: string
  /**
   * Milliseconds until a call without an answer fails, waiting for a connection included. Calls of the limiter have 9 seconds
   * at least: a slow Redis must not loosen a limit.
   *
   * @default 2000
   */
  readonly timeout?: number
  /**
   * Seconds, up to 5, for which this process trusts what it knows of revocations: other processes' are seen after that. 0
   * asks with every request.
   *
   * @default 4
   */
  readonly maxStale?: number
}

/** Parts that live in Redis. Each can be used without the others. */
export interface RedisStore extends SessionPart, VerificationTokenPart {
  /** For the option `revocation`. */
  readonly revocation: Required<RevocationStore>
  /** For the option `locks`. */
  readonly locks: LockStore
  /** For the option `limiter`. */
  readonly limiter: LimiterStore
}

/**
 * Sessions, mailed links, revocations, locks and counts of tries in Redis, from which they go by themselves when their
 * time has come. Put it together with a database of users by `compose()` of `express-authjs/adapters`.
 *
 * Redis must not evict what has not expired (`maxmemory-policy noeviction`): a revocation that was evicted is a session
 * that works again. Calls fail after `timeout`, so that a request gets 503 and keeps its cookie.
 *
 * @param client of `ioredis`, or of `redis`, which the app connects
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_UNKNOWN_OPTION`
 *
 * @example
 * const { revocation, locks, limiter } = redis(new Redis("redis://127.0.0.1:6379"))
 * const auth = ExpressAuth({ providers: [GitHub], revocation, locks, limiter })
 */
export function redis(client: RedisClient, options: RedisOptions = {}): RedisStore {
  const { prefix, timeout, maxStale } = resolveOptions(options)
  const keyspace = openKeyspace(client, { prefix, timeout })
  return {
    ...sessionMethods(keyspace),
    ...verificationTokenMethods(keyspace),
    revocation: revocationStore(keyspace, maxStale),
    locks: lockStore(keyspace),
    limiter: limiterStore(openKeyspace(client, { prefix, timeout: Math.max(timeout, limiterTimeout) })),
  }
}

/** Milliseconds. About as long as the limiter's callers wait, so that a slow Redis is not taken for one that is down. */
const limiterTimeout = 9000

const defaults: Required<RedisOptions> = { prefix: "express-authjs:", timeout: 2000, maxStale: 4 }

function resolveOptions(options: RedisOptions): Required<RedisOptions> {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(defaults, name))
  if (unknown !== undefined)
    throw new ConfigError(
      "ERR_AUTH_UNKNOWN_OPTION",
      `Unknown option "redis.${unknown}". Known: ${Object.keys(defaults).join(", ")}.`,
    )
  const { prefix, timeout, maxStale } = { ...defaults, ...options }
  if (typeof prefix !== "string") throw invalid("prefix", "a text", prefix)
  if (!(timeout > 0 && timeout < 2 ** 31)) throw invalid("timeout", "milliseconds above 0", timeout)
  if (!(maxStale >= 0 && maxStale <= 5)) throw invalid("maxStale", "seconds from 0 to 5", maxStale)
  return { prefix, timeout, maxStale }
}

function invalid(option: string, expected: string, arrived: unknown): ConfigError {
  return new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `\`redis.${option}\` must be ${expected}, not ${JSON.stringify(arrived)}.`,
  )
}
