import type { AdapterAuthenticator } from "@auth/core/adapters"
import type { RowStore } from "./row-store.js"

/** The methods of the adapter that store passkeys. */
export function authenticatorMethods(store: RowStore) {
  const change = async (credentialID: string, changes: { counter?: number; name?: string }) => {
    await store.update("authenticators", changes, { credentialID })
    const row = await store.find("authenticators", { credentialID })
    if (!row) throw new Error(`No passkey "${credentialID}" to update`)
    return row
  }
  return {
    createAuthenticator: (row: AdapterAuthenticator) => store.insert("authenticators", row),
    getAuthenticator: async (credentialID: string) =>
      (await store.find("authenticators", { credentialID })) ?? null,
    listAuthenticatorsByUserId: (userId: string) => store.list("authenticators", { userId }),
    updateAuthenticatorCounter: (credentialID: string, counter: number) => change(credentialID, { counter }),
    renameAuthenticator: (credentialID: string, name: string) => change(credentialID, { name }),
    // Without its passkey, no one could sign in to the account.
    deleteAuthenticator: async (credentialID: string) => {
      const row = await store.find("authenticators", { credentialID })
      if (!row) return
      const { userId, providerAccountId } = row
      await store.removeAll([
        ["accounts", { userId, providerAccountId, type: "webauthn" }],
        ["authenticators", { credentialID }],
      ])
    },
  }
}
