import { nearestOf } from "../config/find-nearest.js"
import { ConfigError } from "../errors.js"
import {
  columnsOf,
  type Dialect,
  type FieldName,
  type Kind,
  type Schema,
  shapes,
  type Table,
  type TableKey,
} from "./schema.js"

/** Names of tables and columns in the database, where they differ from the defaults. */
export interface Names extends Partial<Record<TableKey | "migrations", string>> {
  /** Column names by field, for every table with that field: `{ userId: "user_id" }`. */
  readonly columns?: Partial<Record<FieldName, string>>
}

/** The schemas of other libraries. */
export type NamesPreset = "pg-adapter" | "kysely-adapter" | "prisma" | "snake_case"

/** The tables that an adapter uses. */
export interface SchemaOptions {
  /**
   * Names of tables and columns: your own, or those of another library. A table name may start with its schema,
   * `"auth.users"`.
   *
   * @default users, accounts, sessions, verification_token, authenticators; columns as Auth.js names them
   */
  readonly names?: Names | NamesPreset
  /**
   * What generates the ids of users: the database (a serial or identity column), or core, which generates UUIDs.
   *
   * @default "database" for `names: "pg-adapter"`, else "uuid"
   */
  readonly ids?: "uuid" | "database"
  /**
   * Additional columns in the table of users, such as `{ role: "text" }`. They are read and written with the user, and
   * `migrate()` creates them. Columns that are not listed are never read, so they cannot end up in a session.
   */
  readonly userColumns?: Readonly<Record<string, Kind>>
}

type TableNames = Readonly<Record<TableKey | "migrations", string>>

const defaultNames: TableNames = {
  users: "users",
  accounts: "accounts",
  sessions: "sessions",
  verificationTokens: "verification_token",
  authenticators: "authenticators",
  revocations: "express_authjs_revocations",
  sessionRecords: "express_authjs_sessions",
  locks: "express_authjs_locks",
  limits: "express_authjs_limits",
  auditEvents: "express_authjs_audit",
  passwords: "express_authjs_passwords",
  passwordTokens: "express_authjs_password_tokens",
  migrations: "express_authjs_migrations",
}

/** The names that `@auth/mongodb-adapter` uses. */
export const collectionNames: TableNames = { ...defaultNames, verificationTokens: "verification_tokens" }

const modelNames: Names = {
  users: "User",
  accounts: "Account",
  sessions: "Session",
  verificationTokens: "VerificationToken",
  authenticators: "Authenticator",
}

const presets: Readonly<Record<NamesPreset, Names>> = {
  "pg-adapter": {},
  "kysely-adapter": modelNames,
  prisma: modelNames,
  snake_case: { columns: Object.fromEntries(fieldNames().map((field) => [field, toSnakeCase(field)])) },
}

const kinds: readonly Kind[] = ["text", "integer", "boolean", "date"]

/**
 * Resolves the tables of a SQL database.
 *
 * @throws {ConfigError} `ERR_AUTH_UNKNOWN_OPTION`, `ERR_AUTH_INVALID_OPTION`
 */
export function resolveSchema(dialect: Dialect, options: SchemaOptions = {}): Schema {
  const { migrations = defaultNames.migrations } = resolveNames(options.names ?? {})
  return { dialect, migrations, tables: resolveTables(options) }
}

/**
 * Resolves the tables of any database.
 *
 * @param defaults names of tables without a configured one
 * @throws {ConfigError} `ERR_AUTH_UNKNOWN_OPTION`, `ERR_AUTH_INVALID_OPTION`
 */
export function resolveTables(options: SchemaOptions, defaults = defaultNames): Schema["tables"] {
  const names = resolveNames(options.names ?? {})
  const makesIds = (options.ids ?? (options.names === "pg-adapter" ? "database" : "uuid")) === "database"
  const userColumns = resolveUserColumns(options.userColumns ?? {})
  const toTable = (key: TableKey): Table => ({
    key,
    name: names[key] ?? defaults[key],
    shape: key === "users" ? withColumns(userColumns) : shapes[key],
    columnNames: { ...names.columns },
    makesIds: key === "users" && makesIds,
  })
  return {
    users: toTable("users"),
    accounts: toTable("accounts"),
    sessions: toTable("sessions"),
    verificationTokens: toTable("verificationTokens"),
    authenticators: toTable("authenticators"),
    revocations: toTable("revocations"),
    sessionRecords: toTable("sessionRecords"),
    locks: toTable("locks"),
    limits: toTable("limits"),
    auditEvents: toTable("auditEvents"),
    passwords: toTable("passwords"),
    passwordTokens: toTable("passwordTokens"),
  }
}

function resolveNames(names: Names | NamesPreset): Names {
  if (typeof names === "string") {
    if (Object.hasOwn(presets, names)) return presets[names]
    throw invalid(
      `\`names\` is "${names}"; known are ${Object.keys(presets).join(", ")}, or an object of names.`,
    )
  }
  rejectUnknown("names", names, [...Object.keys(defaultNames), "columns"])
  rejectUnknown("names.columns", names.columns ?? {}, fieldNames())
  return names
}

function withColumns(columns: Readonly<Record<string, Kind>>): Table["shape"] {
  const own = Object.entries(columns).map(([name, kind]) => [name, { kind }] as const)
  return { ...shapes.users, columns: { ...shapes.users.columns, ...Object.fromEntries(own) } }
}

function resolveUserColumns(columns: Readonly<Record<string, Kind>>): Readonly<Record<string, Kind>> {
  for (const [name, kind] of Object.entries(columns)) {
    if (!kinds.includes(kind)) throw invalid(`\`userColumns.${name}\` must be one of ${kinds.join(", ")}.`)
    if (Object.hasOwn(shapes.users.columns, name))
      throw invalid(`\`userColumns.${name}\` is already a column of Auth.js.`)
  }
  return columns
}

function fieldNames(): string[] {
  return [...new Set(Object.values(shapes).flatMap((shape) => Object.keys(columnsOf(shape))))]
}

function toSnakeCase(field: string): string {
  return field.replace("ID", "Id").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/**
 * Rejects unknown keys, and suggests the most similar known one.
 *
 * @param option what the message calls the object
 * @throws {ConfigError} `ERR_AUTH_UNKNOWN_OPTION`
 */
export function rejectUnknown(option: string, value: object, known: readonly string[]): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    throw new ConfigError(
      "ERR_AUTH_UNKNOWN_OPTION",
      `Unknown option "${option}.${name}". Did you mean "${nearestOf(name, known)}"? Known: ${known.join(", ")}.`,
    )
  }
}

/** Creates the error for an option with an invalid value. */
export function invalid(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
