import { ConfigError } from "../errors.js"

/**
 * Requires a positive, finite number.
 *
 * @param name the option, for the message
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function requirePositive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value
  throw new ConfigError("ERR_AUTH_INVALID_OPTION", `${name} is ${value}; expected a positive number.`)
}

/**
 * Requires 0 or a positive, finite number.
 *
 * @param name the option, for the message
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function requireNonNegative(name: string, value: number): number {
  return value === 0 ? value : requirePositive(name, value)
}
