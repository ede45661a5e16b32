import { ConfigError } from "../errors.js"
import type { Logger } from "./logger.js"
import type { ExpressAuthConfig, SessionOptions } from "./options.js"
import { requireNonNegative, requirePositive } from "./require-positive.js"

/** Seconds until an unused session expires (`maxAge`), and after which it is renewed when used (`updateAge`). */
export type SessionTimes = Readonly<Record<"maxAge" | "updateAge", number>>

type Unlike = "absoluteMaxAge" | "generateSessionToken" | "unrememberedMaxAge"

/** The `session` option with its defaults. */
export interface ResolvedSession extends Readonly<Required<Omit<SessionOptions, Unlike>>> {
  /** Seconds after sign-in at which a session ends; `undefined` for no limit. */
  readonly absoluteMaxAge: number | undefined
  /** The times of sessions that end with the browser. */
  readonly unremembered: SessionTimes
  /** Generates the token of a database session; `undefined` for a UUID. */
  readonly generateSessionToken: (() => string) | undefined
}

const day = 24 * 60 * 60

/**
 * Resolves the `session` option. `maxAge` does not exceed the absolute lifetime, and by default a session is renewed
 * before its token expires.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function resolveSession({ session = {}, jwt = {}, adapter }: ExpressAuthConfig): ResolvedSession {
  const strategy = oneOf("session.strategy", session.strategy ?? (adapter ? "database" : "jwt"), strategies)
  const { absoluteMaxAge } = session
  if (absoluteMaxAge !== undefined) requirePositive("session.absoluteMaxAge", absoluteMaxAge)
  const configured = requirePositive("session.maxAge", session.maxAge ?? 30 * day)
  const maxAge = Math.min(configured, absoluteMaxAge ?? configured)
  const tokenAge = strategy === "jwt" ? Math.min(maxAge, jwt.maxAge ?? maxAge) : maxAge
  const updateAge = requireNonNegative("session.updateAge", session.updateAge ?? Math.min(day, tokenAge / 2))
  return Object.freeze({
    strategy,
    maxAge,
    updateAge,
    absoluteMaxAge,
    remember: oneOf("session.remember", session.remember ?? "always", remembering),
    unremembered: resolveUnremembered(session.unrememberedMaxAge, { maxAge: tokenAge, updateAge }),
    cache: resolveCache(session.cache),
    revocationFailure: oneOf("session.revocationFailure", session.revocationFailure ?? "closed", failures),
    keepTokens: resolveKeepTokens(session.keepTokens, strategy, jwt),
    generateSessionToken: session.generateSessionToken,
  })
}

/** Warns of sessions that expire before their use can renew them. */
export function warnOfLateRenewal({ updateAge, maxAge }: SessionTimes, logger: Pick<Logger, "warn">): void {
  if (updateAge <= maxAge) return
  logger.warn(
    "update-age",
    `session.updateAge is ${updateAge}, more than the ${maxAge} seconds a session lasts, so use never renews it. Choose at ` +
      "most half of session.maxAge, or leave it out.",
  )
}

/** These sessions never last longer than remembered ones, and are renewed before they expire. */
function resolveUnremembered(seconds: number = day, remembered: SessionTimes): SessionTimes {
  const maxAge = Math.min(requirePositive("session.unrememberedMaxAge", seconds), remembered.maxAge)
  return Object.freeze({ maxAge, updateAge: Math.min(remembered.updateAge, maxAge / 2) })
}

const strategies = ["jwt", "database"] as const
const remembering = ["always", "ask", "never"] as const
const failures = ["closed", "open"] as const

function oneOf<Choice extends string>(name: string, value: Choice, choices: readonly Choice[]): Choice {
  if (choices.includes(value)) return value
  const expected = choices.map((choice) => JSON.stringify(choice)).join(" or ")
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `${name} is ${JSON.stringify(value)}; expected ${expected}.`,
  )
}

function resolveCache(cache: SessionOptions["cache"] = 4 * 1024 * 1024): number | false {
  if (cache === false || (Number.isSafeInteger(cache) && cache > 0)) return cache
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `session.cache is ${JSON.stringify(cache)}; expected a number of bytes, or false for no cache.`,
  )
}

/** Requires the built-in encryption: tokens in a session that is merely signed could be read by anyone who holds it. */
function resolveKeepTokens(
  value: boolean | undefined,
  strategy: ResolvedSession["strategy"],
  { encode }: NonNullable<ExpressAuthConfig["jwt"]>,
): boolean {
  if (value === undefined || value === false) return false
  if (value !== true)
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      `session.keepTokens is ${JSON.stringify(value)}; expected true or false.`,
    )
  const reason =
    strategy === "database"
      ? "with database sessions the account's row contains the tokens: leave it out"
      : encode && "signed() does not encrypt, and a custom `jwt.encode` may not: remove them"
  if (reason)
    throw new ConfigError("ERR_AUTH_INVALID_OPTION", `session.keepTokens cannot be used here; ${reason}.`)
  return true
}
