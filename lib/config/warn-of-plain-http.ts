import type { Logger } from "./logger.js"
import { isOAuthProvider, type ResolvedProvider } from "./resolve-providers.js"

/**
 * Warns of providers that are asked without encryption: whoever is on the way reads the client's secret, and signs in as
 * anyone. A provider on this machine is left out.
 */
export function warnOfPlainHttp(providers: readonly ResolvedProvider[], logger: Logger): void {
  for (const provider of providers.filter(isOAuthProvider))
    for (const name of ["issuer", "wellKnown", "authorization", "token", "userinfo"] as const) {
      const address = addressOf(provider[name])
      if (address === undefined || !isExposed(address)) continue
      logger.warn(
        "plain-http",
        `Provider "${provider.id}" has the \`${name}\` ${new URL(address).origin}: everything sent there can be read ` +
          "and changed on the way. Use https.",
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
