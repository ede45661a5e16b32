type Awaitable<Value> = Value | Promise<Value>

/** Something that happened to a user's sign-in, session or account. */
export interface AuditEvent {
  /** Identifies the event. Later events have greater ids, compared as strings. The argument `before` of `list`. */
  readonly id: string
  /** What happened, e.g. `"signed-in"`. */
  readonly event: string
  /** The id of the user it happened to. Absent if unknown, as for a wrong password with an unknown name. */
  readonly userId?: string
  /** The provider's id, if there is one. */
  readonly provider?: string
  /** Why or how, e.g. `"CredentialsSignin"` for a wrong password. Depends on the event. */
  readonly reason?: string
  /** The browser and operating system, e.g. "Firefox on Windows", if the event has a request. */
  readonly device?: string
  /** The client's network, e.g. `"203.0.113.0/24"` or `"2001:db8:1::/48"`, if the event has a request. */
  readonly network?: string
  /** When it happened. */
  readonly createdAt: Date
}

/** Which events to list. Conditions that are absent match every event. */
export interface AuditFilter {
  /** Events of this user. */
  readonly userId?: string | undefined
  /** Events of this name. */
  readonly event?: string | undefined
  /** Events older than the one with this id. */
  readonly before?: string | undefined
}

/** Stores the audit trail: who signed in, what was refused, and which accounts and sessions changed. */
export interface AuditStore {
  /**
   * Stores an event. Text that the column cannot hold may be cut, but the event must be stored.
   *
   * @param expires when the event may be deleted
   */
  add(event: AuditEvent, expires: Date): Awaitable<unknown>
  /** Returns the latest events that match, at most `limit`, latest first. */
  list(filter: AuditFilter & { readonly limit: number }): Awaitable<readonly AuditEvent[]>
  /** Deletes all events of a user. */
  forget(userId: string): Awaitable<unknown>
}
