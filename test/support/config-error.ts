import { ConfigError, type ErrorCode } from "../../lib/errors.js"

/** Returns the error of a faulty configuration as `CODE: message`. Throws when the configuration is accepted. */
export function configErrorOf(act: () => unknown): `${ErrorCode}: ${string}` {
  try {
    act()
  } catch (error) {
    if (error instanceof ConfigError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error("Expected a ConfigError, but the configuration was accepted")
}
