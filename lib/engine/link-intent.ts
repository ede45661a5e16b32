import type { AuthConfig } from "@auth/core"
import type { AdapterAccount, AdapterUser } from "@auth/core/adapters"
import type { AccountKey } from "./unlinked-mark.js"

/** The user who asked for an account to be linked, and their session. Sealed in the flow's cookie. */
export interface LinkIntent {
  readonly userId: string
  /** The `id` of its `SessionIdentity`. */
  readonly session: string
}

/** A link whose session this request has. */
export interface LiveLink extends LinkIntent {
  /** Throws unless the session that asked still exists. */
  readonly requireLive: () => Promise<void>
}

type LinkConfig = Pick<AuthConfig, "adapter" | "callbacks" | "jwt">

/**
 * Restricts a configuration of core to linking an account to that user: without a session, core would sign in or create
 * a user. Core also calls `callbacks.jwt` and seals a session, which must have no effect: no one signs in.
 */
export function toLinkConfig(
  { adapter, callbacks, jwt }: LinkConfig,
  { userId, requireLive }: LiveLink,
): LinkConfig {
  const linkAccount = async (account: AdapterAccount): Promise<void> => {
    if (account.userId !== userId) refuse()
    await requireLive()
    await adapter?.linkAccount?.(account)
  }
  // Looks the account up after the provider has responded; for a provider with `ownUsers` it links as well.
  const getUserByAccount = async (account: AccountKey): Promise<AdapterUser | null> => {
    await requireLive()
    return (await adapter?.getUserByAccount?.(account)) ?? null
  }
  const { jwt: _unasked, ...others } = callbacks ?? {}
  const guarded = { linkAccount, getUserByAccount }
  return {
    ...(adapter && { adapter: { ...adapter, ...guarded, createUser: refuse, createSession: refuse } }),
    callbacks: others,
    jwt: { ...jwt, encode: () => "linked" },
  }
}

function refuse(): never {
  throw new Error("This flow links an account to the signed-in user and may do nothing else")
}
