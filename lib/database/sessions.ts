import type { AdapterSession } from "@auth/core/adapters"
import type { RowStore } from "./row-store.js"

export function sessionMethods(store: RowStore) {
  return {
    createSession: (session: AdapterSession) => store.insert("sessions", session),
    getSessionAndUser: async (sessionToken: string) => {
      const found = await store.findWithUser("sessions", { sessionToken })
      return found ? { session: found.row, user: found.user } : null
    },
    updateSession: async ({
      sessionToken,
      ...changes
    }: Partial<AdapterSession> & { sessionToken: string }) => {
      await store.update("sessions", changes, { sessionToken })
      return (await store.find("sessions", { sessionToken })) ?? null
    },
    deleteSession: async (sessionToken: string) => (await store.take("sessions", { sessionToken })) ?? null,
    listSessions: async (userId: string) => {
      const rows = await store.list("sessions", { userId })
      const live = rows.filter(({ expires }) => expires.getTime() > Date.now())
      return live.toSorted((a, b) => b.expires.getTime() - a.expires.getTime())
    },
    deleteUserSessions: (userId: string, exceptSessionToken?: string) =>
      exceptSessionToken === undefined
        ? store.removeAll([["sessions", { userId }]])
        : store.removeOthers("sessions", { userId }, { sessionToken: exceptSessionToken }),
  }
}
