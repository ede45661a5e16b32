import type { Logger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"
import { isOAuthProvider, type ResolvedProvider } from "./resolve-providers.js"

/**
 * Warns of an app that checks passwords itself, lets people prove addresses, and does not say how passwords die: with one
 * that was set before the address was proven, a stranger goes on signing in as its owner.
 */
export function warnOfUnprovenPasswords(
  { adapter, callbacks }: Pick<ExpressAuthConfig, "adapter" | "callbacks">,
  providers: readonly ResolvedProvider[],
  logger: Logger,
): void {
  const hasPasswords = providers.some(({ type }) => type === "credentials")
  if (adapter && hasPasswords && canProveAddresses(providers) && !callbacks?.firstProof)
    logger.warn(
      "first-proof",
      "There are passwords, and people can prove an address by mail or by a trusted provider. A password that a stranger set " +
        "before that still signs in: remove it in callbacks.firstProof({ user }).",
    )
}

/** Whether the owner of an address can sign in as a user someone else may have registered. */
export function canProveAddresses(providers: readonly ResolvedProvider[]): boolean {
  return providers.some(
    (provider) =>
      provider.type === "email" ||
      (isOAuthProvider(provider) && provider.allowDangerousEmailAccountLinking === true),
  )
}
