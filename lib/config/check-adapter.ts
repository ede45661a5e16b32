import type { Adapter } from "@auth/core/adapters"
import { ConfigError } from "../errors.js"
import type { AdapterExtras, SharedStores } from "../stores/adapter-extras.js"
import type { ExpressAuthConfig } from "./options.js"

type AdapterMethod = keyof Adapter | Exclude<keyof AdapterExtras, keyof SharedStores>

const userMethods = ["createUser", "getUser", "getUserByEmail", "getUserByAccount", "linkAccount"] as const
const sessionMethods = ["createSession", "getSessionAndUser", "updateSession", "deleteSession"] as const

/**
 * Requires the adapter methods that a feature needs.
 *
 * @param feature the start of the message, e.g. `Sign-in by passkey`
 * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 */
export function requireAdapterMethods(
  adapter: ExpressAuthConfig["adapter"],
  feature: string,
  methods: readonly AdapterMethod[],
): void {
  if (!adapter) {
    throw new ConfigError(
      "ERR_AUTH_MISSING_ADAPTER",
      `${feature} needs a database. Pass an Auth.js adapter as \`adapter\` (https://authjs.dev/getting-started/database).`,
    )
  }
  const available = adapter as Partial<Record<AdapterMethod, unknown>>
  const missing = methods.filter((method) => typeof available[method] !== "function")
  if (missing.length === 0) return
  throw new ConfigError(
    "ERR_AUTH_ADAPTER_METHOD",
    `${feature} needs ${missing.map((name) => `adapter.${name}()`).join(", ")}, which the adapter does not have. ` +
      "Update the adapter, or add the missing methods to the object you pass.",
  )
}

/**
 * Requires the adapter methods that a feature needs, as {@link requireAdapterMethods} does, and returns the adapter
 * with the type of its additional methods.
 */
export function requireExtras(
  adapter: ExpressAuthConfig["adapter"],
  feature: string,
  methods: readonly AdapterMethod[],
): AdapterExtras {
  requireAdapterMethods(adapter, feature, methods)
  return adapter as unknown as AdapterExtras
}

/**
 * Requires the adapter methods that the session strategy and the configured types of providers need.
 *
 * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 */
export function checkAdapter(
  adapter: ExpressAuthConfig["adapter"],
  strategy: "jwt" | "database",
  providerTypes: ReadonlySet<string>,
): void {
  if (strategy === "database")
    requireAdapterMethods(adapter, 'session.strategy "database"', [...userMethods, ...sessionMethods])
  if (providerTypes.has("email"))
    requireAdapterMethods(adapter, "Sign-in by e-mail", [
      "createVerificationToken",
      "useVerificationToken",
      "getUserByEmail",
      "createUser",
      "updateUser",
    ])
  if (providerTypes.has("webauthn"))
    requireAdapterMethods(adapter, "Sign-in by passkey", [
      ...userMethods,
      "getAccount",
      "getAuthenticator",
      "createAuthenticator",
      "listAuthenticatorsByUserId",
      "updateAuthenticatorCounter",
    ])
  if (adapter && (providerTypes.has("oauth") || providerTypes.has("oidc")))
    requireAdapterMethods(adapter, "Sign-in by OAuth with an adapter", userMethods)
}
