import type { Adapter } from "@auth/core/adapters"
import type { AuditEvent, AuditStore } from "../stores/audit-store.js"
import { type AdapterDatabase, databaseOf } from "./migrate.js"
import type { AuditRow, Fields } from "./row-store.js"

/**
 * Creates the store of an audit trail in the tables of `migrate()`, for apps whose users are elsewhere.
 *
 * @param db the adapter that `database()` returned
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 *
 * @example
 * const db = database("postgres://localhost/app")
 * const auth = ExpressAuth({ providers: [GitHub], audit: { store: sqlAudit(db) } })
 */
export function sqlAudit(db: Adapter): AuditStore {
  return auditIn(databaseOf(db))
}

/** Creates the audit trail of a database. */
export function auditIn({ store, prepare }: AdapterDatabase): AuditStore {
  return {
    async add({ id: eventId, ...event }, expires) {
      await prepare()
      await store.insert("auditEvents", { eventId, ...event, expires })
    },
    async list({ userId, event, before, limit }) {
      await prepare()
      const by: Fields<"auditEvents"> = {
        ...(userId !== undefined && { userId }),
        ...(event !== undefined && { event }),
      }
      return (await store.listLast("auditEvents", by, { before, limit })).map(toEvent)
    },
    async forget(userId) {
      await prepare()
      await store.removeAll([["auditEvents", { userId }]])
    },
  }
}

/** Leaves out what the row does not have. */
function toEvent({
  eventId: id,
  event,
  createdAt,
  userId,
  provider,
  reason,
  device,
  network,
}: AuditRow): AuditEvent {
  return {
    ...{ id, event, createdAt },
    ...(userId !== null && { userId }),
    ...(provider !== null && { provider }),
    ...(reason !== null && { reason }),
    ...(device !== null && { device }),
    ...(network !== null && { network }),
  }
}
