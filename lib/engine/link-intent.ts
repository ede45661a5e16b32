import type { AuthConfig } from "@auth/core"
import type { AdapterAccount, AdapterUser } from "@auth/core/adapters"
import type { AccountKey } from "./unlinked-mark.js"

/** Who asked for an account to be linked, and in which of their sessions. Sealed in the flow's cookie. */
export interface LinkIntent {
  readonly userId: string
  /** As `SessionIdentity` has it. */
  readonly session: string
}

/** The same, with the session that the request has. */
export interface LiveLink extends LinkIntent {
  /** Throws unless the session that asked still exists. */
  readonly requireLive: () => Promise<void>
}

type LinkConfig = Pick<AuthConfig, "adapter" | "callbacks" | "jwt">

/**
 * Changes a configuration of core so that it can link an account to that user, and nothing else: core signs in or makes
 * a user where the session it looks for is gone. It has to call `callbacks.jwt` and seal a session, of which nothing
 * must be seen: nobody signs in.
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
  throw new Error("This flow links an account to the user who is signed in, and may do nothing else")
}
