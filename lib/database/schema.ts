/** The families of SQL that are supported. MariaDB counts as `mysql`. */
export type Dialect = "sqlite" | "postgres" | "mysql" | "mssql"

/** A row as a driver returns it. */
export type Row = Record<string, unknown>

/** The kind of value in a column. */
export type Kind = "text" | "integer" | "boolean" | "date"

/** A column of a table. */
export interface Column {
  /** The kind of its values. */
  readonly kind: Kind
  /** Whether it cannot be null. */
  readonly required?: boolean
  /** The maximum number of characters, for databases that can index only limited columns; unlimited by default. */
  readonly length?: number
  /** Contains only ASCII, so that databases with a limit on the bytes of a key can index longer values. */
  readonly ascii?: boolean
  /** Contains the id of a user; the row is deleted with the user. */
  readonly ofUser?: boolean
}

/** The columns and indexes of a table, by field. */
export interface TableShape {
  /** Columns that the table always has. */
  readonly columns: Readonly<Record<string, Column>>
  /** Columns added by a later version. Everything works without them until `migrate()` adds them. */
  readonly extras?: Readonly<Record<string, Column>>
  /** The fields of the primary key. */
  readonly primaryKey: readonly string[]
  /** Fields whose combination must be unique. */
  readonly unique?: readonly (readonly string[])[]
  /** Fields to index. */
  readonly indexes?: readonly (readonly string[])[]
}

const text = { kind: "text" } as const
const requiredText = { kind: "text", required: true } as const
const integer = { kind: "integer" } as const
const key = (length: number) => ({ kind: "text", required: true, length }) as const
const userId = { ...key(255), ofUser: true } as const
const hash = { ...key(64), ascii: true } as const
const requiredDate = { kind: "date", required: true } as const

/** The tables of Auth.js and of our stores, with the field names of Auth.js. */
export const shapes = {
  users: {
    columns: {
      id: key(255),
      name: text,
      email: { kind: "text", length: 320 },
      emailVerified: { kind: "date" },
      image: text,
    },
    primaryKey: ["id"],
    unique: [["email"]],
  },
  accounts: {
    columns: {
      userId,
      type: requiredText,
      provider: key(255),
      providerAccountId: key(255),
      refresh_token: text,
      access_token: text,
      expires_at: integer,
      token_type: text,
      scope: text,
      id_token: text,
      session_state: text,
    },
    primaryKey: ["provider", "providerAccountId"],
    indexes: [["userId"]],
  },
  sessions: {
    columns: { sessionToken: key(512), userId, expires: requiredDate },
    extras: { userAgent: text, lastUsedAt: { kind: "date" }, signIn: text },
    primaryKey: ["sessionToken"],
    indexes: [["userId"], ["expires"]],
  },
  verificationTokens: {
    columns: { identifier: key(320), token: key(255), expires: requiredDate },
    primaryKey: ["identifier", "token"],
    indexes: [["expires"]],
  },
  authenticators: {
    columns: {
      credentialID: { ...key(1400), ascii: true },
      userId,
      providerAccountId: requiredText,
      credentialPublicKey: requiredText,
      counter: { kind: "integer", required: true },
      credentialDeviceType: requiredText,
      credentialBackedUp: { kind: "boolean", required: true },
      transports: text,
      name: text,
    },
    primaryKey: ["credentialID"],
    indexes: [["userId"]],
  },
  revocations: {
    columns: { key: hash, revokedAt: { kind: "integer", required: true }, expires: requiredDate },
    primaryKey: ["key"],
    indexes: [["expires"]],
  },
  // Without a foreign key, because the users of sessions in cookies need not be in a table.
  sessionRecords: {
    columns: { sid: key(255), userId: key(255), record: requiredText, expires: requiredDate },
    primaryKey: ["sid"],
    indexes: [["userId"], ["expires"]],
  },
  locks: {
    columns: {
      key: hash,
      owner: { kind: "text", length: 64, ascii: true },
      value: text,
      expires: requiredDate,
    },
    primaryKey: ["key"],
    indexes: [["expires"]],
  },
  limits: {
    columns: { key: hash, count: { kind: "integer", required: true }, expires: requiredDate },
    primaryKey: ["key"],
    indexes: [["expires"]],
  },
  // Not named `id`, because apps rename that column to what they call `userId` elsewhere. Without a foreign key, because
  // the users of sessions in cookies need not be in a table.
  auditEvents: {
    columns: {
      eventId: { ...key(36), ascii: true },
      event: key(64),
      userId: { kind: "text", length: 255 },
      provider: text,
      reason: text,
      device: text,
      network: text,
      createdAt: requiredDate,
      expires: requiredDate,
    },
    primaryKey: ["eventId"],
    indexes: [["userId", "eventId"], ["event", "eventId"], ["expires"]],
  },
  passwords: {
    columns: {
      userId,
      hash: requiredText,
      revision: { ...key(36), ascii: true },
      updatedAt: requiredDate,
    },
    primaryKey: ["userId"],
  },
  passwordTokens: {
    columns: { token: hash, identifier: key(320), record: requiredText, expires: requiredDate },
    primaryKey: ["token"],
    indexes: [["identifier"], ["expires"]],
  },
} as const satisfies Record<string, TableShape>

/** What a table is for, whatever its name. */
export type TableKey = keyof typeof shapes
type FieldOf<Shape> =
  | (Shape extends { columns: infer Columns } ? keyof Columns : never)
  | (Shape extends { extras: infer Extras } ? keyof Extras : never)

/** Tables whose rows expire. */
export type ExpiringKey = {
  [Key in TableKey]: "expires" extends FieldOf<(typeof shapes)[Key]> ? Key : never
}[TableKey]

/** A field of any table, such as `emailVerified`. */
export type FieldName = { [Key in TableKey]: FieldOf<(typeof shapes)[Key]> }[TableKey]

/** A table with resolved names, including columns that the app added. */
export interface Table {
  /** What it is for. */
  readonly key: TableKey
  /** Its name in the database, which may start with a schema. */
  readonly name: string
  /** Its columns and indexes. */
  readonly shape: TableShape
  /** Names of columns in the database, by field; others have the name of their field. */
  readonly columnNames: Readonly<Record<string, string>>
  /** Whether the database generates its ids. */
  readonly makesIds: boolean
}

/** The tables of a SQL database. */
export interface Schema {
  /** The dialect of its SQL. */
  readonly dialect: Dialect
  /** Its tables, by what they are for. */
  readonly tables: Readonly<Record<TableKey, Table>>
  /** The name of the table with the applied migrations. */
  readonly migrations: string
}

/** Returns all columns of a table, including optional ones. */
export function columnsOf({ columns, extras }: TableShape): Readonly<Record<string, Column>> {
  return { ...columns, ...extras }
}

/**
 * Returns the column of a field.
 *
 * @throws if the table has no such field
 */
export function columnOf(table: Table, field: string): Column {
  const columns = columnsOf(table.shape)
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined
  if (!column) throw new Error(`Table "${table.key}" has no field "${field}"`)
  return column
}

/** Returns the name of a field's column in the database. */
export function columnName(table: Table, field: string): string {
  return (Object.hasOwn(table.columnNames, field) ? table.columnNames[field] : undefined) ?? field
}
