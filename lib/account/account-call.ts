import type { AdapterUser } from "@auth/core/adapters"
import { requireAdapterMethods } from "../config/check-adapter.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { AuthContext } from "../http/auth-context.js"

/** A request of a signed-in user about their own account. */
export interface AccountCall {
  /** The request. */
  readonly context: AuthContext
  /** The user's id. */
  readonly userId: string
}

type Adapter = NonNullable<ResolvedConfig["adapter"]>
type UserMethod = "getUser" | "getUserByEmail" | "updateUser" | "deleteUser"
type TokenMethod = "createVerificationToken" | "useVerificationToken"

/**
 * Returns the adapter if it has the methods that a feature needs.
 *
 * @param feature the start of the message, e.g. `Changing the profile`
 * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 */
export function requireMethods<Method extends UserMethod | TokenMethod>(
  { adapter }: Pick<ResolvedConfig, "adapter">,
  feature: string,
  methods: readonly Method[],
): Adapter & Required<Pick<Adapter, Method>> {
  requireAdapterMethods(adapter, feature, methods)
  return adapter as Adapter & Required<Pick<Adapter, Method>>
}

/** Sends an event. A listener that fails is logged and changes nothing. */
export async function emit(
  { events, logger }: Pick<ResolvedConfig, "events" | "logger">,
  name: "updateUser" | "deleteUser",
  user: AdapterUser,
): Promise<void> {
  try {
    await events[name]?.({ user })
  } catch (error) {
    logger.error(error)
  }
}
