import { ExpressAuthError } from "../errors.js"
import type { ResolvedConfig } from "./resolve-config.js"
import type { ResolvedProvider } from "./resolve-providers.js"

/** Returns the provider with an id, or `undefined`. */
export function providerById(
  providers: readonly ResolvedProvider[],
  id: string | undefined,
): ResolvedProvider | undefined {
  return providers.find((provider) => provider.id === id)
}

/**
 * Returns the provider with an id.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_UNKNOWN_PROVIDER` (404)
 */
export function findProvider(
  { providers, providersToSetUp }: Pick<ResolvedConfig, "providers" | "providersToSetUp">,
  id: string,
): ResolvedProvider {
  const provider = providerById(providers, id)
  if (provider) return provider
  const known = providers.map((one) => one.id).join(", ")
  const toSetUp = providersToSetUp.find((one) => one.provider.id === id)
  throw new ExpressAuthError(
    "ERR_AUTH_UNKNOWN_PROVIDER",
    toSetUp
      ? `Provider "${id}" lacks ${toSetUp.variables.join(", ")}. The sign-in page says where to get them, to browsers on the ` +
          "computer that runs the app."
      : `There is no provider "${id}". Configured: ${known}.`,
    { status: 404 },
  )
}
