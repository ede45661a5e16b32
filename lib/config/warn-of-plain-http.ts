import type { Logger } from "./logger.js"
import { isOAuthProvider, type ResolvedProvider } from "./resolve-providers.js"

/**
 * Warns of providers with plain http URLs: an attacker on the network path can read the client secret and sign in as
 * any user. Providers on this machine are exempt.
 */
export function warnOfPlainHttp(providers: readonly ResolvedProvider[], logger: Logger): void {
  for (const provider of providers.filter(isOAuthProvider))
    for (const name of ["issuer", "wellKnown", "authorization", "token", "userinfo"] as const) {
      const address = addressOf(provider[name])
      if (address === undefined || !isExposed(address)) continue
      logger.warn(
        "plain-http",
        `Provider "${provider.id}" has the \`${name}\` ${new URL(address).origin}: everything sent there can be read ` +
          "and changed in transit. Use https.",
      )
    }
}

function addressOf(setting: unknown): string | undefined {
  const address = typeof setting === "object" && setting !== null && "url" in setting ? setting.url : setting
  return address === undefined ? undefined : String(address)
}

function isExposed(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === "http:" && !/^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
}
