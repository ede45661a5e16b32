import type {
  AdapterAccount,
  AdapterAuthenticator,
  AdapterUser,
  VerificationToken,
} from "@auth/core/adapters"
import type { DeviceSession } from "../stores/adapter-extras.js"
import type { Row } from "./dialect.js"
import type { TableKey } from "./schema.js"
import type { Output } from "./statements.js"
import { decode } from "./values.js"

/** The rows of each table, as Auth.js knows them. */
export interface Rows {
  users: AdapterUser
  accounts: AdapterAccount
  sessions: DeviceSession
  verificationTokens: VerificationToken
  authenticators: NamedAuthenticator
  revocations: { key: string; revokedAt: number; expires: Date }
  sessionRecords: { sid: string; userId: string; record: string; expires: Date }
  locks: { key: string; owner: string | null; value: string | null; expires: Date }
  limits: { key: string; count: number; expires: Date }
}

/** An account whose user is about to be stored. */
export type NewAccount = Pick<AdapterAccount, "provider" | "providerAccountId" | "type">

/** A passkey, and what its owner calls it. */
export interface NamedAuthenticator extends AdapterAuthenticator {
  name?: string | null
}

/** A row of the database, as {@link Rows} says it. */
export function toRow<Key extends TableKey>(found: Row, outputs: readonly Output[]): Rows[Key] {
  const row: Row = {}
  for (const { alias, field, kind } of outputs) row[field] = decode(found[alias], kind)
  return row as unknown as Rows[Key]
}

/**
 * MySQL and SQL Server find "a" where "a " is asked for, and by the collation of older schemas "á" or "A" too. Only the
 * letter case of an e-mail address may differ.
 */
export function isExactly(row: object, by: Readonly<Record<string, unknown>>): boolean {
  const values: Readonly<Record<string, unknown>> = { ...row }
  return Object.entries(by).every(([field, value]) => {
    const asked = String(value)
    const found = String(values[field])
    return found === asked || (field === "email" && found.toLowerCase() === asked.toLowerCase())
  })
}
