import type { Adapter } from "@auth/core/adapters"
import { ConfigError } from "../errors.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import { requireAdapterMethods } from "./check-adapter.js"
import type { ResolvedProvider } from "./resolve-providers.js"

/** The key under which the definition of `Password()` holds its options. */
export const passwordOptions: unique symbol = Symbol("express-authjs.passwordOptions")

/** Whether a provider checks the passwords that we store. */
export function isPasswordProvider(provider: object): boolean {
  return passwordOptions in provider
}

/**
 * Requires an adapter that stores passwords, if there is a provider that needs it.
 *
 * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 */
export function requirePasswordStore(
  adapter: Adapter | undefined,
  providers: readonly ResolvedProvider[],
): void {
  if (!providers.some(isPasswordProvider)) return
  requireAdapterMethods(adapter, "Password()", ["getUser", "getUserByEmail"])
  const { passwords } = adapter as Partial<AdapterExtras>
  if (passwords) return
  throw new ConfigError(
    "ERR_AUTH_ADAPTER_METHOD",
    "Password() needs adapter.passwords, which the adapter does not have. Use database() of express-authjs/database, or " +
      "add a PasswordStore to the object you pass.",
  )
}
