import type { AdapterAccount } from "@auth/core/adapters"
import type { AdapterExtras } from "express-authjs"
import { createMemoryAdapter, type MemoryAdapter, type MemoryRows } from "./memory-adapter.js"

/** The memory adapter with our `AdapterExtras`. */
export function createExtendedAdapter(): MemoryAdapter & AdapterExtras {
  const adapter = createMemoryAdapter()
  return { ...adapter, keepsSignIn: () => true, ...extrasOf(adapter.rows) }
}

function extrasOf({ accounts, sessions, authenticators }: MemoryRows): AdapterExtras {
  return {
    listSessions: async (userId) =>
      structuredClone(
        [...sessions.values()]
          .filter((row) => row.userId === userId && row.expires.getTime() > Date.now())
          .sort((a, b) => b.expires.getTime() - a.expires.getTime()),
      ),
    deleteUserSessions: async (userId, except) => {
      for (const [token, row] of sessions)
        if (row.userId === userId && token !== except) sessions.delete(token)
    },
    listAccounts: async (userId) =>
      structuredClone([...accounts.values()].filter((row) => row.userId === userId)),
    updateAccount: async (changes) => {
      for (const [key, row] of accounts) if (isSame(row, changes)) accounts.set(key, { ...row, ...changes })
    },
    deleteAuthenticator: async (credentialID) => void authenticators.delete(credentialID),
    renameAuthenticator: async (credentialID, name) => {
      const row = authenticators.get(credentialID)
      if (!row) throw new Error(`There is no passkey "${credentialID}"`)
      const renamed = { ...row, name }
      authenticators.set(credentialID, renamed)
      return structuredClone(renamed)
    },
  }
}

function isSame(a: AdapterAccount, b: Pick<AdapterAccount, "provider" | "providerAccountId">): boolean {
  return a.provider === b.provider && a.providerAccountId === b.providerAccountId
}
