import { ConfigError } from "../errors.js"

/**
 * A list of types of provider whose sign-ins count without a proof.
 *
 * @param name of the option, for the message
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function requireTrust(name: string, value: unknown): void {
  if (Array.isArray(value) && value.every((type) => type === "oauth" || type === "oidc")) return
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `${name} expects a list of "oauth" and "oidc", e.g. trust: ["oauth"].`,
  )
}
