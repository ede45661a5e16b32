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

/** How `redis()` uses the server. */
export interface RedisOptions {
  /**
   * The start of every key. Apps that share a server need different prefixes.
   *
   * @default "express-authjs:"
   */
  readonly prefix?: string
  /**
   * Milliseconds until a command without a reply fails, including the wait for a connection. Commands of the limiter
   * get at least 9 seconds, because a slow Redis must not loosen a limit.
   *
   * @default 2000
   */
  readonly timeout?: number
  /**
   * Seconds, from 0 to 5, for which this process trusts its copy of the revocations; it learns of other processes'
   * revocations after that. 0 asks Redis on every request.
   *
   * @default 4
   */
  readonly maxStale?: number
}

/** The stores in Redis. Each can be used without the others. */
export interface RedisStore extends SessionPart, VerificationTokenPart {
  /** For the option `revocation`. */
  readonly revocation: Required<RevocationStore>
  /** For the option `locks`. */
  readonly locks: LockStore
  /** For the option `limiter`. */
  readonly limiter: LimiterStore
}

/**
 * Stores sessions, mailed links, revocations, locks and limits in Redis, where they expire by themselves. For users,
 * combine it with a database by `compose()` of `express-authjs/adapters`.
 *
 * Redis must not evict keys that have not expired (`maxmemory-policy noeviction`): without its revocation, an ended
 * session works again. Commands fail after `timeout`; the request then gets a 503 and keeps its cookie.
 *
 * @param client a client of `ioredis`, or one of `redis` that the app connects
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

/** Milliseconds: about as long as the limiter's callers wait, so that a slow Redis does not count as unreachable. */
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
  if (typeof prefix !== "string") throw invalid("prefix", "a string", prefix)
  if (!(timeout > 0 && timeout < 2 ** 31))
    throw invalid("timeout", "a positive number of milliseconds", timeout)
  if (!(maxStale >= 0 && maxStale <= 5))
    throw invalid("maxStale", "a number of seconds from 0 to 5", maxStale)
  return { prefix, timeout, maxStale }
}

function invalid(option: string, expected: string, arrived: unknown): ConfigError {
  return new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `\`redis.${option}\` must be ${expected}, not ${JSON.stringify(arrived)}.`,
  )
}
