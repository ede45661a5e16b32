import { isMissingPackage } from "../config/package-require.js"
import { ConfigError } from "../errors.js"

/** The packages that providers of core need and apps install, with the newest major version that core accepts. */
export const peerVersions = { nodemailer: 8, "@simplewebauthn/server": 9 } as const

/**
 * Returns a function that throws the error for a provider's package that could not be loaded.
 *
 * Core's modules import these packages statically, which fails before any code of ours runs, and in bundlers for apps
 * that do not use the provider.
 *
 * @param user what needs the package, e.g. `Nodemailer()`, for the message
 * @returns a function that throws `ERR_AUTH_PROVIDER` with the command that installs the package, or the package's own
 * error
 */
export function explainMissing(name: keyof typeof peerVersions, user: string): (error: unknown) => never {
  return (cause) => {
    if (!isMissingPackage(cause, name)) throw cause
    const command = `npm install ${name}@${peerVersions[name]}`
    const message = `${user} needs the package ${name}, which is not installed: ${command}`
    throw new ConfigError("ERR_AUTH_PROVIDER", message, { cause })
  }
}
