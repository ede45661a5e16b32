import { randomUUID } from "node:crypto"
import type { AdapterUser } from "@auth/core/adapters"
import { identifierOf } from "../account/address-identifier.js"
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
    deleteUser: async (id: string) => {
      const user = await store.find("users", { id })
      const removals = await withTable(store, removalsOf(id, user?.email))
      await store.removeAll([...removals, ["users", { id }]])
    },
  }
}

/** Foreign keys cascade in our own schema, but not in every existing one. */
function removalsOf(userId: string, email: string | undefined): Removal[] {
  return [
    ["sessions", { userId }],
    ["accounts", { userId }],
    ["authenticators", { userId }],
    ["sessionRecords", { userId }],
    ["auditEvents", { userId }],
    ["passwords", { userId }],
    ["verificationTokens", { identifier: identifierOf(userId) }],
    ...(email ? linksMailedTo(email) : []),
  ]
}

function linksMailedTo(identifier: string): Removal[] {
  return [
    ["verificationTokens", { identifier }],
    ["passwordTokens", { identifier }],
  ]
}

/** Existing schemas lack some of our tables. */
async function withTable(store: RowStore, removals: readonly Removal[]): Promise<Removal[]> {
  const exist = await Promise.all(removals.map(([key]) => store.hasTable(key)))
  return removals.filter((_, place) => exist[place])
}

/** The method that stores a user with their first account, if ids are known before a user is stored. */
export function firstSignInMethods(store: RowStore) {
  if (store.makesUserIds) return {}
  return {
    createUserWithAccount: (user: AdapterUser, account: NewAccount) =>
      store.insertUserWith({ ...user, id: user.id ?? randomUUID() }, account),
  }
}
