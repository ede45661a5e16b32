import type { AdapterAccount } from "@auth/core/adapters"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { isOAuthProvider } from "../../config/resolve-providers.js"
import { ExpressAuthError } from "../../errors.js"

/** What a user has left after an account or a passkey is removed. */
interface Left {
  readonly accounts: readonly Pick<AdapterAccount, "provider">[]
  /** The id of the passkey to remove. */
  readonly exceptPasskey?: string
}

/**
 * Requires another way to sign in: another account, another passkey, or a mail to a proven address.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LAST_METHOD` (409)
 */
export async function requireOtherMethod(config: ResolvedConfig, userId: string, left: Left): Promise<void> {
  const { providers, adapter } = config
  const signsIn = ({ provider }: Pick<AdapterAccount, "provider">) =>
    providers.some((candidate) => isOAuthProvider(candidate) && candidate.id === provider)
  if (left.accounts.some(signsIn)) return
  const types = new Set(providers.map(({ type }) => type))
  const user = types.has("email") ? await adapter?.getUser?.(userId) : null
  if (user?.email && user.emailVerified) return
  const passkeys = types.has("webauthn") ? await adapter?.listAuthenticatorsByUserId?.(userId) : []
  if (passkeys?.some(({ credentialID }) => credentialID !== left.exceptPasskey)) return
  const message = "This is the only way the user can sign in. Add another first."
  throw new ExpressAuthError("ERR_AUTH_LAST_METHOD", message, { status: 409 })
}
