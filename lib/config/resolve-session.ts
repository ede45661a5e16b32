import { ConfigError } from "../errors.js"
import type { ExpressAuthConfig, SessionOptions } from "./options.js"
import { requireNonNegative, requirePositive } from "./require-positive.js"

/** Seconds until an unused session ends, and after which use renews it. */
export type SessionTimes = Readonly<Record<"maxAge" | "updateAge", number>>

type Unlike = "absoluteMaxAge" | "generateSessionToken" | "unrememberedMaxAge"

/** `session`, with its defaults. */
export interface ResolvedSession extends Readonly<Required<Omit<SessionOptions, Unlike>>> {
  readonly absoluteMaxAge: number | undefined
  /** Of a session that ends with the browser. */
  readonly unremembered: SessionTimes
  readonly generateSessionToken: (() => string) | undefined
}

const day = 24 * 60 * 60

/**
 * The session's times and where it is kept. None of them passes the absolute lifetime, and a session rolls before its
 * token ends.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function resolveSession({ session = {}, jwt = {}, adapter }: ExpressAuthConfig): ResolvedSession {
  const strategy = oneOf("session.strategy", session.strategy ?? (adapter ? "database" : "jwt"), strategies)
  const { absoluteMaxAge } = session
  if (absoluteMaxAge !== undefined) requirePositive("session.absoluteMaxAge", absoluteMaxAge)
  const asked = requirePositive("session.maxAge", session.maxAge ?? 30 * day)
  const maxAge = Math.min(asked, absoluteMaxAge ?? asked)
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

/** A shorter life than that of others, never a longer one; it rolls before it ends. */
function resolveUnremembered(asked: number = day, lasting: SessionTimes): SessionTimes {
  const maxAge = Math.min(requirePositive("session.unrememberedMaxAge", asked), lasting.maxAge)
  return Object.freeze({ maxAge, updateAge: Math.min(lasting.updateAge, maxAge / 2) })
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

/** A token of another make may be read by whoever holds it. */
function resolveKeepTokens(
  asked: boolean | undefined,
  strategy: ResolvedSession["strategy"],
  { encode }: NonNullable<ExpressAuthConfig["jwt"]>,
): boolean {
  if (asked === undefined || asked === false) return false
  if (asked !== true)
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      `session.keepTokens is ${JSON.stringify(asked)}; expected true or false.`,
    )
  const reason =
    strategy === "database"
      ? "with database sessions the tokens are in the account's row: leave it out"
      : encode && "signed() and a `jwt.encode` of your own do not encrypt as far as we know: take them out"
  if (reason)
    throw new ConfigError("ERR_AUTH_INVALID_OPTION", `session.keepTokens cannot work here; ${reason}.`)
  return true
}
