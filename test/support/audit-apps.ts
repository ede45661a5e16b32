import type { AuditEvent } from "express-authjs"
import { type DatabaseAdapter, type DatabaseSource, database } from "express-authjs/database"

/** Databases in memory, closed after their test. */
export function useDatabases() {
  const open: DatabaseAdapter[] = []
  afterEach(() => Promise.all(open.splice(0).map((db) => db.close())))
  return (source: DatabaseSource = "sqlite::memory:"): DatabaseAdapter => {
    const db = database(source, { migrate: true })
    open.push(db)
    return db
  }
}

/** What happened, oldest first: "sign-in-refused credentials CredentialsSignin". */
export function toLines(events: readonly AuditEvent[]): string[] {
  return events
    .toReversed()
    .map(({ event, provider, reason }) => [event, provider, reason].filter(Boolean).join(" "))
}
