import { ConfigError } from "../errors.js"
import type { ExpressAuthConfig } from "./options.js"

/**
 * Requires booleans where the string `"false"` of an environment variable would count as true.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function requireTypes(options: ExpressAuthConfig): void {
  for (const name of ["debug", "trustHost", "useSecureCookies"] as const) requireBoolean(name, options[name])
  requireBoolean("experimental.enableWebAuthn", options.experimental?.enableWebAuthn)
}

function requireBoolean(name: string, value: unknown): void {
  if (value === undefined || value === null || typeof value === "boolean") return
  const fix =
    typeof value === "string" ? ` Environment variables are strings: write process.env.X === "true".` : ""
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `\`${name}\` is ${JSON.stringify(value)}; expected true or false.${fix}`,
  )
}
