import type {
  AdapterAccount,
  AdapterAuthenticator,
  AdapterUser,
  VerificationToken,
} from "@auth/core/adapters"
import type { DeviceSession } from "../stores/adapter-extras.js"
import type { PasswordToken, StoredPassword } from "../stores/password-store.js"
import type { ExpiringKey, TableKey } from "./schema.js"

/** The rows of each table, with the field names of Auth.js. */
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
  auditEvents: AuditRow
  passwords: StoredPassword & { userId: string }
  passwordTokens: PasswordToken
}

/** An event of the audit trail, as a row. */
export interface AuditRow {
  eventId: string
  event: string
  userId: string | null
  provider: string | null
  reason: string | null
  device: string | null
  network: string | null
  createdAt: Date
  expires: Date
}

/** An account whose user has not been stored yet. */
export type NewAccount = Pick<AdapterAccount, "provider" | "providerAccountId" | "type">

/** A passkey with the name that its owner gave it. */
export interface NamedAuthenticator extends AdapterAuthenticator {
  /** The name that its owner gave it. */
  name?: string | null
}

/** Some fields of a row: values to write, or conditions that all have to match. */
export type Fields<Key extends TableKey> = Readonly<Partial<Rows[Key]>>

/** A table, and which of its rows to delete. */
export type Removal = { [Key in TableKey]: readonly [Key, Fields<Key>] }[TableKey]

/** A part of a list. */
export interface Page {
  /** The key that ends it; by default, the end of the table. */
  readonly before?: string | undefined
  /** The maximum number of rows. */
  readonly limit: number
}

/** What happens to a row that exists already: `"keep"` leaves it, else it takes the new values, or the greater ones. */
export type Change = "keep" | { readonly greatest?: readonly string[] }

/** A count to increase, its limit, and the end of the window that starts if none is open at `now`. */
export type Counting = Rows["limits"] & { readonly limit: number; readonly now: Date }

/** The rows of a database, as the methods of the adapter read and write them; for SQL and for MongoDB. */
export interface RowStore {
  /** Whether the database generates the ids of users, so that they are unknown until a user is stored. */
  readonly makesUserIds: boolean

  /** Finds which optional columns a table has. Writes include them from then on. */
  findExtras(key: TableKey): Promise<readonly string[]>

  /** Whether a table exists. */
  hasTable(key: TableKey): Promise<boolean>

  /** Stores the fields that have a column, and returns the row as later reads will. */
  insert<Key extends TableKey>(key: Key, values: Fields<Key>): Promise<Rows[Key]>

  /** Stores a user together with an account of that user, in one transaction where the database has them. */
  insertUserWith(user: Rows["users"], account: NewAccount): Promise<Rows["users"]>

  /** Returns the row that matches, if there is one. */
  find<Key extends TableKey>(key: Key, by: Fields<Key>): Promise<Rows[Key] | undefined>

  /**
   * Returns the rows that match.
   *
   * @param extras optional columns to read as well; the table must have them
   */
  list<Key extends TableKey>(key: Key, by: Fields<Key>, extras?: readonly string[]): Promise<Rows[Key][]>

  /**
   * Returns the rows that match with the greatest keys, greatest first. The table must have a key of one column.
   *
   * @param page at most `limit` rows, all with keys less than `before`
   */
  listLast<Key extends TableKey>(key: Key, by: Fields<Key>, page: Page): Promise<Rows[Key][]>

  /** Returns the rows in which a field has one of these values, with one query. */
  listIn<Key extends TableKey>(key: Key, field: string, values: readonly string[]): Promise<Rows[Key][]>

  /**
   * Returns a row with the user it belongs to, with one query.
   *
   * @param extras optional columns to read as well; the table must have them
   */
  findWithUser<Key extends "accounts" | "sessions">(
    key: Key,
    by: Fields<Key>,
    extras?: readonly string[],
  ): Promise<{ row: Rows[Key]; user: AdapterUser } | undefined>

  /** Changes rows and returns how many matched. */
  update<Key extends TableKey>(key: Key, values: Fields<Key>, by: Fields<Key>): Promise<number>

  /** Inserts rows, or changes those that exist, in one transaction. Returns how many it inserted or changed. */
  insertOr<Key extends TableKey>(key: Key, rows: readonly Rows[Key][], change: Change): Promise<number>

  /** Changes a row that has expired. Of several concurrent calls, one returns `true`. */
  takeOver<Key extends ExpiringKey>(key: Key, values: Fields<Key>, by: Fields<Key>): Promise<boolean>

  /** Deletes a row and returns it. Of several concurrent calls, one gets the row. */
  take<Key extends TableKey>(key: Key, by: Fields<Key>): Promise<Rows[Key] | undefined>

  /** Deletes rows of several tables, in one transaction where the database has them. */
  removeAll(removals: readonly Removal[]): Promise<void>

  /** Deletes the rows that match `by` but not `except`. */
  removeOthers<Key extends TableKey>(key: Key, by: Fields<Key>, except: Fields<Key>): Promise<void>

  /** Deletes a batch of rows that expired before a date. Returns whether there may be more. */
  removeExpired(key: ExpiringKey, before: Date): Promise<boolean>

  /** Increases a count, unless it has reached its limit. Concurrent calls never exceed the limit. */
  countUp(counting: Counting): Promise<boolean>

  /** Decreases a count, and deletes it at zero. */
  countDown(by: Pick<Rows["limits"], "key">): Promise<void>
}
