/** The families of SQL that are supported. MariaDB counts as `mysql`. */
export type Dialect = "sqlite" | "postgres" | "mysql" | "mssql"

/** A row as a driver returns it. */
export type Row = Record<string, unknown>

/** What a column holds; each database has its own type for it. */
export type Kind = "text" | "integer" | "boolean" | "date"

export interface Column {
  readonly kind: Kind
  readonly required?: boolean
  /** The most characters it takes, for databases that can only index what has a limit. Otherwise without limit. */
  readonly length?: number
  /** Only ASCII goes in, so that databases with a limit on the bytes of a key can index more of it. */
  readonly ascii?: boolean
  /** Holds the id of a user, whose deletion takes the row along. */
  readonly ofUser?: boolean
}

export interface TableShape {
  readonly columns: Readonly<Record<string, Column>>
  /** What a table has since a later version, or has not where nobody has migrated since: everything works without. */
  readonly extras?: Readonly<Record<string, Column>>
  readonly primaryKey: readonly string[]
  readonly unique?: readonly (readonly string[])[]
  readonly indexes?: readonly (readonly string[])[]
}

const text = { kind: "text" } as const
const requiredText = { kind: "text", required: true } as const
const integer = { kind: "integer" } as const
const key = (length: number) => ({ kind: "text", required: true, length }) as const
const userId = { ...key(255), ofUser: true } as const
const hash = { ...key(64), ascii: true } as const
const requiredDate = { kind: "date", required: true } as const

/** The tables of Auth.js and of our stores, by the names its adapters use for tables, fields and keys. */
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
  // Without a foreign key: sessions in cookies have users who are in no table.
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
} as const satisfies Record<string, TableShape>

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

/** A table as it stands in the database: names resolved, the app's own columns among the rest. */
export interface Table {
  readonly key: TableKey
  readonly name: string
  readonly shape: TableShape
  /** Name in the database by field. */
  readonly columnNames: Readonly<Record<string, string>>
  /** The database makes the ids of this table itself. */
  readonly makesIds: boolean
}

export interface Schema {
  readonly dialect: Dialect
  readonly tables: Readonly<Record<TableKey, Table>>
  /** The table that says which migrations have run. */
  readonly migrations: string
}

/** Every column a table is to have. */
export function columnsOf({ columns, extras }: TableShape): Readonly<Record<string, Column>> {
  return { ...columns, ...extras }
}

export function columnOf(table: Table, field: string): Column {
  const columns = columnsOf(table.shape)
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined
  if (!column) throw new Error(`Table "${table.key}" has no field "${field}"`)
  return column
}

export function columnName(table: Table, field: string): string {
  return (Object.hasOwn(table.columnNames, field) ? table.columnNames[field] : undefined) ?? field
}
