import type { Request } from "express"
import { isEventId } from "../audit/event-id.js"
import type { ResolvedAudit } from "../config/resolve-audit.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError, ExpressAuthError } from "../errors.js"
import { type ConfigSource, fixedConfig } from "../http/config-for.js"
import type { AuditEvent } from "../stores/audit-store.js"

/** Which events `audit.list()` returns. */
export interface AuditListOptions {
  /** The id of a user, for that user's events. Absent for those of all users; `undefined` is refused. */
  readonly userId?: string
  /** The name of an event, e.g. `"sign-in-refused"`. @default all */
  readonly event?: string | undefined
  /** The id of the last event of the previous part of the list, for instance from the query of a request. @default none */
  readonly before?: unknown
  /** The maximum number of events, from 1 to 500. @default 50 */
  readonly limit?: number
}

/** What `audit.record()` stores of an event of the app. */
export interface RecordedEvent {
  /** The id of the user that the event concerns. */
  readonly userId?: string
  /** Why or how, at most 100 characters. Never a password, token or address. */
  readonly reason?: string
  /** The request, for the device and the network. */
  readonly req?: Request
}

/**
 * Reads the audit trail, and adds events of the app. Every method throws a {@link ConfigError}
 * (`ERR_AUTH_INVALID_OPTION`) if the option `audit` is not set.
 */
export interface AuditLog {
  /**
   * Returns events, latest first.
   *
   * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for `userId: undefined`, which would otherwise list the events of all
   * users, and for an invalid `limit`
   * @throws {ExpressAuthError} `ERR_AUTH_AUDIT` (503) if the store fails
   */
  list(options?: AuditListOptions): Promise<AuditEvent[]>
  /**
   * Adds an event of the app, such as `"role-changed"`. Resolves when it is stored, after half a second at the latest.
   * If the store fails, the event is lost and the log says so.
   *
   * @param event lower-case letters, digits and hyphens, at most 64
   * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for another name
   */
  record(event: string, what?: RecordedEvent): Promise<void>
  /**
   * Deletes all events of a user. Only needed where `adapter.deleteUser()` does not do so: for users deleted by the
   * app's own SQL, and for users in another database.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_AUDIT` (503) if the store fails
   */
  forget(userId: string): Promise<void>
}

/**
 * Returns what `auth.audit` is. If a function chooses the configuration, pass one of its results: `auditOf(config)`.
 */
export function auditOf(source: ConfigSource): AuditLog {
  const open = () => fixedConfig(source, "auth.audit", "auditOf")
  return {
    list: async (options) => listEvents(open(), options),
    record: async (event, { userId, reason, req } = {}) => {
      const config = open()
      auditIn(config)
      if (!/^[a-z\d-]{1,64}$/.test(event))
        throw invalid(
          `The event ${JSON.stringify(event)} needs a name of at most 64 letters a-z, digits and hyphens.`,
        )
      const { recordEvent } = await import("../audit/record-event.js")
      await recordEvent({ config, req }, event, { userId, reason: reason?.slice(0, 100) })
    },
    forget: async (userId) => {
      const { store } = auditIn(open())
      await asking(async () => store.forget(userId))
    },
  }
}

const maxLimit = 500

/** Returns events, see {@link AuditLog}. */
export async function listEvents(
  config: ResolvedConfig,
  { event, before, limit = 50, ...whose }: AuditListOptions = {},
): Promise<AuditEvent[]> {
  const { store } = auditIn(config)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    throw invalid(`\`limit\` is ${limit}; expected a whole number from 1 to ${maxLimit}.`)
  if ("userId" in whose && typeof whose.userId !== "string")
    throw invalid("`userId` is not a string. Leave it out to list the events of all users.")
  if (before !== undefined && !isEventId(before)) return []
  return [...(await asking(async () => store.list({ userId: whose.userId, event, before, limit })))]
}

async function asking<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask()
  } catch (cause) {
    const message = "The store of the audit trail failed; see the cause."
    throw new ExpressAuthError("ERR_AUTH_AUDIT", message, { status: 503, cause })
  }
}

function auditIn({ audit }: ResolvedConfig): ResolvedAudit {
  if (audit) return audit
  throw invalid("auth.audit needs the option `audit`: ExpressAuth({ adapter: database(url), audit: true }).")
}

function invalid(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
