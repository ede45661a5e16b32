import { randomUUID } from "node:crypto"
import type { AdapterUser } from "@auth/core/adapters"
import type { AccountKey } from "./accounts.js"
import type { NewAccount, Removal, RowStore } from "./row-store.js"

/** The methods of the adapter that store users. */
export function userMethods(store: RowStore) {
  return {
    // Core passes an id; an app that creates a user itself may omit it.
    createUser: (user: AdapterUser) => store.insert("users", { ...user, id: user.id ?? randomUUID() }),
    getUser: async (id: string) => (await store.find("users", { id })) ?? null,
    getUserByEmail: async (email: string) => (await store.find("users", { email })) ?? null,
    getUserByAccount: async ({ provider, providerAccountId }: AccountKey) =>
      (await store.findWithUser("accounts", { provider, providerAccountId }))?.user ?? null,
    updateUser: async ({ id, ...changes }: Partial<AdapterUser> & { id: string }) => {
      await store.update("users", changes, { id })
      const user = await store.find("users", { id })
      if (!user) throw new Error(`No user "${id}" to update`)
      return user
    },
    // Foreign keys cascade in our own schema, but not in every existing one. The audit trail has none, and is missing
    // until `migrate()` creates it.
    deleteUser: async (id: string) => {
      const events: Removal[] = (await store.hasTable("auditEvents")) ? [["auditEvents", { userId: id }]] : []
      await store.removeAll([
        ["sessions", { userId: id }],
        ["accounts", { userId: id }],
        ["authenticators", { userId: id }],
        ...events,
        ["users", { id }],
      ])
    },
  }
}

/** The method that stores a user with their first account, if ids are known before a user is stored. */
export function firstSignInMethods(store: RowStore) {
  if (store.makesUserIds) return {}
  return {
    createUserWithAccount: (user: AdapterUser, account: NewAccount) =>
      store.insertUserWith({ ...user, id: user.id ?? randomUUID() }, account),
  }
}
