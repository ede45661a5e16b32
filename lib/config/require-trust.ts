import { ConfigError } from "../errors.js"

/**
 * Requires a valid `trust` option: an array of provider types whose sign-ins count as fresh without proof.
 *
 * @param name the option, for the message
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function requireTrust(name: string, value: unknown): void {
  if (Array.isArray(value) && value.every((type) => type === "oauth" || type === "oidc")) return
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `${name} must be an array of "oauth" and "oidc", e.g. trust: ["oauth"].`,
  )
}
