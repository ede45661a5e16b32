import { randomUUID } from "node:crypto"
import type { AdapterUser } from "@auth/core/adapters"
import type { AccountKey } from "./accounts.js"
import type { NewAccount, RowStore } from "./row-store.js"

export function userMethods(store: RowStore) {
  return {
    // Core gives an id; an app that makes a user itself may leave it to us.
    createUser: (user: AdapterUser) => store.insert("users", { ...user, id: user.id ?? randomUUID() }),
    getUser: async (id: string) => (await store.find("users", { id })) ?? null,
    getUserByEmail: async (email: string) => (await store.find("users", { email })) ?? null,
    getUserByAccount: async ({ provider, providerAccountId }: AccountKey) =>
      (await store.findWithUser("accounts", { provider, providerAccountId }))?.user ?? null,
    updateUser: async ({ id, ...changes }: Partial<AdapterUser> & { id: string }) => {
      await store.update("users", changes, { id })
      const user = await store.find("users", { id })
      if (!user) throw new Error(`There is no user "${id}" to update`)
      return user
    },
    // The foreign keys cascade in our own schema, but not in every one that was taken over.
    deleteUser: (id: string) =>
      store.removeAll([
        ["sessions", { userId: id }],
        ["accounts", { userId: id }],
        ["authenticators", { userId: id }],
        ["users", { id }],
      ]),
  }
}

/** @returns nothing where the id of a user is not known before it is stored */
export function firstSignInMethods(store: RowStore) {
  if (store.makesUserIds) return {}
  return {
    createUserWithAccount: (user: AdapterUser, account: NewAccount) =>
      store.insertUserWith({ ...user, id: user.id ?? randomUUID() }, account),
  }
}
