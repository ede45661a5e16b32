import { randomUUID } from "node:crypto"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"

/**
 * Returns a token for a new database session: exactly what `session.generateSessionToken` returns, by default a UUID,
 * as in Auth.js, which fits columns of type `uuid`.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` if the function returns anything but a token that a cookie can hold
 */
export function createSessionToken({ session }: Pick<ResolvedConfig, "session">): string {
  if (!session.generateSessionToken) return randomUUID()
  const token: unknown = session.generateSessionToken()
  if (typeof token === "string" && token !== "" && !token.includes("\0")) return token
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `session.generateSessionToken returned ${describe(token)}; expected a string that is not empty and contains no NUL. ` +
      "Return an unpredictable token, e.g. randomUUID() of node:crypto, or leave the option out.",
  )
}

/** Never the value itself, which may be part of a token. */
function describe(token: unknown): string {
  if (token instanceof Promise) return "a promise"
  if (token === "") return "an empty string"
  return typeof token === "string" ? "a string that contains NUL" : `a value of type ${typeof token}`
}
