import type { AdapterAuthenticator } from "@auth/core/adapters"
import type { ResolvedConfig } from "../config/resolve-config.js"

import type { AdapterExtras } from "../stores/adapter-extras.js"

/**
 * Removes a passkey and its account. Adapters of Auth.js cannot delete the passkey itself, but without its account it
 * signs no one in.
 *
 * @throws whatever the adapter throws
 */
export async function removePasskey(
  { adapter = {}, providers }: Pick<ResolvedConfig, "adapter" | "providers">,
  { credentialID, providerAccountId, userId }: AdapterAuthenticator,
): Promise<void> {
  await (adapter as Partial<AdapterExtras>).deleteAuthenticator?.(credentialID)
  for (const provider of providers.filter(({ type }) => type === "webauthn").map(({ id }) => id)) {
    const account = await adapter.getAccount?.(providerAccountId, provider)
    if (account?.userId === userId) await adapter.unlinkAccount?.({ provider, providerAccountId })
  }
}
