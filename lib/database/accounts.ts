import type { AdapterAccount } from "@auth/core/adapters"
import type { RowStore } from "./row-store.js"

/** What identifies an account. */
export type AccountKey = Pick<AdapterAccount, "provider" | "providerAccountId">

/** The methods of the adapter that store accounts. */
export function accountMethods(store: RowStore) {
  return {
    linkAccount: (account: AdapterAccount) => store.insert("accounts", account),
    unlinkAccount: ({ provider, providerAccountId }: AccountKey) =>
      store.take("accounts", { provider, providerAccountId }),
    getAccount: async (providerAccountId: string, provider: string) =>
      (await store.find("accounts", { provider, providerAccountId })) ?? null,
    listAccounts: (userId: string) => store.list("accounts", { userId }),
    updateAccount: async ({
      provider,
      providerAccountId,
      ...changes
    }: Partial<AdapterAccount> & AccountKey) => {
      const changed = await store.update("accounts", changes, { provider, providerAccountId })
      // Depending on its settings, a MySQL pool counts only rows that the update changed.
      if (changed === 0 && !(await store.find("accounts", { provider, providerAccountId })))
        throw new Error(`No account of "${provider}" to update`)
    },
  }
}
