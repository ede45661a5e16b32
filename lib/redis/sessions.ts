import type { AdapterSession } from "@auth/core/adapters"
import type { DeviceSession } from "../stores/adapter-extras.js"
import type { Keyspace } from "./keyspace.js"
import { ownedRows } from "./owned-rows.js"

export function sessionMethods(keyspace: Keyspace) {
  const rows = ownedRows<DeviceSession>(keyspace, "session", ["expires", "lastUsedAt"])
  const getSession = async (sessionToken: string) => toPlain(await rows.get(sessionToken))
  return {
    keepsDevices: true,
    keepsSignIn: () => true,
    createSession: async (session: AdapterSession) => {
      await rows.put(session.sessionToken, session)
      return session
    },
    getSession,
    // One that ends meanwhile does not come back.
    updateSession: async (changes: Partial<DeviceSession> & { sessionToken: string }) => {
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

/** As Auth.js knows it, with the sign-in: what is asked for with every request says no more than that. */
function toPlain(row: DeviceSession | undefined): AdapterSession | null {
  if (!row) return null
  const { userAgent: _device, lastUsedAt: _time, ...session } = row
  return session
}
