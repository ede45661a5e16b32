import { ConfigError, type ErrorCode } from "../../lib/errors.js"

/** What a faulty configuration is told: `CODE: message`. Throws when it is accepted. */
export function configErrorOf(act: () => unknown): `${ErrorCode}: ${string}` {
  try {
    act()
  } catch (error) {
    if (error instanceof ConfigError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error("Expected a ConfigError, but the configuration was accepted")
}
