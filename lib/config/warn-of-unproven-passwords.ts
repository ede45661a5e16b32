import type { Logger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"
import { isPasswordProvider } from "./password-provider.js"
import { isOAuthProvider, type ResolvedProvider } from "./resolve-providers.js"

/**
 * Warns of an app with its own passwords and with providers that prove e-mail addresses, but without
 * `callbacks.firstProof`. A password that an attacker set before the owner proved the address would stay valid.
 */
export function warnOfUnprovenPasswords(
  { adapter, callbacks }: Pick<ExpressAuthConfig, "adapter" | "callbacks">,
  providers: readonly ResolvedProvider[],
  logger: Logger,
): void {
  const hasPasswords = providers.some(
    (provider) => provider.type === "credentials" && !isPasswordProvider(provider),
  )
  if (adapter && hasPasswords && canProveAddresses(providers) && !callbacks?.firstProof)
    logger.warn(
      "first-proof",
      "Users can sign in with a password, or prove their address by mail or through a trusted provider. A password that an " +
        "attacker set before that proof stays valid: remove it in callbacks.firstProof({ user }).",
    )
}

/** Whether the owner of an address can sign in as a user that an attacker may have registered. */
export function canProveAddresses(providers: readonly ResolvedProvider[]): boolean {
  return providers.some(
    (provider) =>
      provider.type === "email" ||
      (isOAuthProvider(provider) && provider.allowDangerousEmailAccountLinking === true),
  )
}
