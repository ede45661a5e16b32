import type { AdapterSession } from "@auth/core/adapters"
import type { DeviceSession } from "../stores/adapter-extras.js"
import type { Keyspace } from "./keyspace.js"
import { ownedRows } from "./owned-rows.js"

/** The methods of an adapter that store sessions. */
export function sessionMethods(keyspace: Keyspace) {
  const rows = ownedRows<DeviceSession>(keyspace, "session", ["expires", "lastUsedAt"])
  const getSession = async (sessionToken: string) => withoutDevice(await rows.get(sessionToken))
  return {
    keepsDevices: true,
    keepsSignIn: () => true,
    createSession: async (session: AdapterSession) => {
      await rows.put(session.sessionToken, session)
      return session
    },
    getSession,
    // `replace` does not recreate a session that ended in the meantime.
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

/** Drops the device, which is only for lists of sessions, from what every request reads. */
function withoutDevice(row: DeviceSession | undefined): AdapterSession | null {
  if (!row) return null
  const { userAgent: _device, lastUsedAt: _time, ...session } = row
  return session
}
