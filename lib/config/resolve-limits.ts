import { ConfigError } from "../errors.js"
import type { Limit } from "../stores/limiter-store.js"
import type { ExpressAuthConfig, LimitOptions } from "./options.js"
import { requirePositive } from "./require-positive.js"

/** The limits, with defaults; `undefined` for a disabled one. */
export type ResolvedLimits = Readonly<Record<keyof LimitOptions, Limit | undefined>>

const minute = 60
const hour = 60 * minute

const defaults: Readonly<Record<keyof LimitOptions, Limit>> = {
  nameFromClient: { limit: 10, window: 15 * minute },
  name: { limit: 100, window: hour },
  client: { limit: 100, window: 15 * minute },
  mail: { limit: 5, window: 15 * minute },
  mailPerDay: { limit: 20, window: 24 * hour },
}

const none = { nameFromClient: false, name: false, client: false, mail: false, mailPerDay: false } as const

/**
 * Resolves the `limits` option.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function resolveLimits(limits: ExpressAuthConfig["limits"] = {}): ResolvedLimits {
  const options: LimitOptions = limits === false ? none : limits
  const resolve = (name: keyof LimitOptions) =>
    resolveLimit(`limits.${name}`, options[name] === undefined ? defaults[name] : options[name])
  return Object.freeze({
    nameFromClient: resolve("nameFromClient"),
    name: resolve("name"),
    client: resolve("client"),
    mail: resolve("mail"),
    mailPerDay: resolve("mailPerDay"),
  })
}

function resolveLimit(option: string, given: Limit | false): Limit | undefined {
  if (given === false) return
  const { limit, window } = Object(given) as Limit
  if (Number.isSafeInteger(limit) && limit > 0)
    return { limit, window: requirePositive(`${option}.window`, window) }
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `${option} is ${JSON.stringify(given)}; expected e.g. { limit: 10, window: 900 } with the window in seconds, or false.`,
  )
}
