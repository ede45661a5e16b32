import type { DeviceSession } from "../stores/adapter-extras.js"
import type { RowStore } from "./row-store.js"

/** The methods of the adapter that store sessions. */
export function sessionMethods(store: RowStore) {
  return {
    keepsDevices: true,
    keepsSignIn: async () => (await readExtras(store)).length > 0,
    createSession: async (session: DeviceSession) => {
      await store.findExtras("sessions")
      return store.insert("sessions", session)
    },
    getSessionAndUser: async (sessionToken: string) => {
      const found = await store.findWithUser("sessions", { sessionToken }, await readExtras(store))
      return found ? { session: found.row, user: found.user } : null
    },
    updateSession: async ({
      sessionToken,
      ...changes
    }: Partial<DeviceSession> & { sessionToken: string }) => {
      await store.findExtras("sessions")
      await store.update("sessions", changes, { sessionToken })
      return (await store.find("sessions", { sessionToken })) ?? null
    },
    deleteSession: async (sessionToken: string) => (await store.take("sessions", { sessionToken })) ?? null,
    listSessions: async (userId: string) => {
      const rows = await store.list("sessions", { userId }, await store.findExtras("sessions"))
      const live = rows.filter(({ expires }) => expires.getTime() > Date.now())
      return live.toSorted((a, b) => b.expires.getTime() - a.expires.getTime())
    },
    deleteUserSessions: (userId: string, exceptSessionToken?: string) =>
      exceptSessionToken === undefined
        ? store.removeAll([["sessions", { userId }]])
        : store.removeOthers("sessions", { userId }, { sessionToken: exceptSessionToken }),
  }
}

const signInColumn = ["signIn"]

/** Returns the optional columns that every request reads, as far as the table has them. */
async function readExtras(store: RowStore): Promise<readonly string[]> {
  return (await store.findExtras("sessions")).includes("signIn") ? signInColumn : []
}
