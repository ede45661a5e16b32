import { columnType } from "./column-type.js"
import { addColumn, createIndex, createIndexes, createMigrationsTable, createTable } from "./create-table.js"
import { type FoundTable, inspectTable } from "./inspect-table.js"
import type { AnyKysely } from "./kysely.js"
import { columnName, columnOf, columnsOf, type Schema, type Table } from "./schema.js"

/** What a database needs to match the schema. */
export interface Plan {
  /** Statements to run in this order. None of them drops or rewrites anything. */
  readonly statements: readonly string[]
  /** Differences that cannot be fixed without knowing the data. */
  readonly problems: readonly string[]
}

/** Returns every statement for an empty database. */
export function planAll(schema: Schema): string[] {
  const tables = Object.values(schema.tables)
  return [
    createMigrationsTable(schema),
    ...tables.flatMap((table) => [createTable(table, schema), ...createIndexes(table, schema.dialect)]),
  ]
}

/**
 * Compares the schema with the tables that exist rather than with a version number, so it notices foreign and lost
 * tables.
 */
export async function plan(db: AnyKysely, schema: Schema): Promise<Plan> {
  const { dialect, tables, migrations } = schema
  const statements: string[] = []
  const problems: string[] = []
  const known = await inspectTable(db, migrations, dialect)
  if (!known) statements.push(createMigrationsTable(schema))
  const users = await inspectTable(db, tables.users.name, dialect)
  const foreignIdType = users && !known ? idTypeOf(users, schema) : undefined
  for (const table of Object.values(tables)) {
    const found = table.key === "users" ? users : await inspectTable(db, table.name, dialect)
    if (found) {
      statements.push(...missingColumns(table, found, schema), ...missingIndexes(table, found, schema))
      problems.push(...problemsOf(table, found))
    } else {
      statements.push(createTable(table, schema, { foreignIdType }), ...createIndexes(table, dialect))
    }
  }
  return { statements, problems }
}

function idTypeOf(users: FoundTable, { dialect, tables }: Schema): string | undefined {
  const found = users.columns.get(columnName(tables.users, "id"))?.type
  // The catalog of SQL Server returns the type without its length.
  return dialect === "mssql" && !isCounted(found) ? columnType(columnOf(tables.users, "id"), dialect) : found
}

function missingColumns(table: Table, { columns }: FoundTable, { dialect }: Schema): string[] {
  const optional = Object.entries(columnsOf(table.shape)).filter(([, { required }]) => !required)
  return optional
    .filter(([field]) => !columns.has(columnName(table, field)))
    .map(([field]) => addColumn(table, field, dialect))
}

function missingIndexes(table: Table, found: FoundTable, { dialect }: Schema): string[] {
  const { primaryKey, unique = [], indexes = [] } = table.shape
  const names = (fields: readonly string[]) => fields.map((field) => columnName(table, field))
  const isUnique = (fields: readonly string[]) =>
    found.indexes.some(
      ({ unique, columns }) => unique && columns.every((name) => names(fields).includes(name)),
    )
  const isIndexed = (fields: readonly string[]) =>
    found.indexes.some(({ columns }) => names(fields).every((name, place) => columns[place] === name))
  return [
    ...[primaryKey, ...unique]
      .filter((fields) => !isUnique(fields))
      .map((fields) => createIndex(table, fields, dialect, true)),
    ...indexes
      .filter((fields) => !isIndexed(fields))
      .map((fields) => createIndex(table, fields, dialect, false)),
  ]
}

function problemsOf(table: Table, { columns }: FoundTable): string[] {
  const fields = Object.entries(columnsOf(table.shape))
  const ours = new Set(fields.map(([field]) => columnName(table, field)))
  const missing = fields.filter(([field, { required }]) => required && !columns.has(columnName(table, field)))
  const unfilled = [...columns.values()].filter(
    ({ name, required, filled }) => required && !filled && !ours.has(name),
  )
  return [
    ...missing.map(([field]) => `${table.name} has no column "${columnName(table, field)}".`),
    ...unfilled.map(
      ({ name }) =>
        `${table.name}."${name}" must have a value, but nothing sets it: allow null, or add a default.`,
    ),
    ...idProblems(table, columns.get(columnName(table, "id"))),
  ]
}

function idProblems(table: Table, id: { type: string; filled: boolean } | undefined): string[] {
  if (table.key !== "users" || !id) return []
  if (isCounted(id.type) && !table.makesIds)
    return [`${table.name} generates its ids (${id.type}): set ids: "database".`]
  if (table.makesIds && !id.filled)
    return [`${table.name} does not generate ids: add a default to "id", or remove ids: "database".`]
  return []
}

function isCounted(type = ""): boolean {
  return /int|serial/i.test(type)
}
