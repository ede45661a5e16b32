import type { AuthConfig } from "@auth/core"
import type { AdapterAccount } from "@auth/core/adapters"

/** Who asked for an account to be linked, and in which of their sessions. Sealed in the flow's cookie. */
export interface LinkIntent {
  readonly userId: string
  /** As `SessionIdentity` has it. */
  readonly session: string
}

type LinkConfig = Pick<AuthConfig, "adapter" | "callbacks" | "jwt">

/**
 * Changes a configuration of core so that it can link an account to that user, and nothing else: core signs in or makes
 * a user where the session it looks for is gone. It has to call `callbacks.jwt` and seal a session, of which nothing
 * must be seen: nobody signs in.
 */
export function toLinkConfig({ adapter, callbacks, jwt }: LinkConfig, { userId }: LinkIntent): LinkConfig {
  const linkAccount = async (account: AdapterAccount): Promise<void> => {
    if (account.userId !== userId) refuse()
    await adapter?.linkAccount?.(account)
  }
  const { jwt: _unasked, ...others } = callbacks ?? {}
  return {
    ...(adapter && { adapter: { ...adapter, linkAccount, createUser: refuse, createSession: refuse } }),
    callbacks: others,
    jwt: { ...jwt, encode: () => "linked" },
  }
}

function refuse(): never {
  throw new Error("This flow links an account to the user who is signed in, and may do nothing else")
}
