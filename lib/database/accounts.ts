import type { AdapterAccount } from "@auth/core/adapters"
import type { RowStore } from "./row-store.js"

export type AccountKey = Pick<AdapterAccount, "provider" | "providerAccountId">

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
      // A pool may count only rows that differ now.
      if (changed === 0 && !(await store.find("accounts", { provider, providerAccountId })))
        throw new Error(`There is no account of "${provider}" to update`)
    },
  }
}
