import type { AdapterSession } from "@auth/core/adapters"
import type { Keyspace } from "./keyspace.js"
import { ownedRows } from "./owned-rows.js"

export function sessionMethods(keyspace: Keyspace) {
  const rows = ownedRows<AdapterSession>(keyspace, "session", ["expires"])
  const getSession = async (sessionToken: string) => (await rows.get(sessionToken)) ?? null
  return {
    createSession: async (session: AdapterSession) => {
      await rows.put(session.sessionToken, session)
      return session
    },
    getSession,
    // One that ends meanwhile does not come back.
    updateSession: async (changes: Partial<AdapterSession> & { sessionToken: string }) => {
      const session = await rows.get(changes.sessionToken)
      if (!session) return null
      const changed = { ...session, ...changes }
      return (await rows.replace(changed.sessionToken, changed)) ? changed : null
    },
    deleteSession: async (sessionToken: string) => {
      const session = await getSession(sessionToken)
      if (session) await rows.remove(sessionToken, session.userId)
      return session
    },
    listSessions: async (userId: string) =>
      (await rows.list(userId)).sort((a, b) => b.expires.getTime() - a.expires.getTime()),
    deleteUserSessions: (userId: string, exceptSessionToken?: string) =>
      rows.removeAll(userId, exceptSessionToken),
  }
}
