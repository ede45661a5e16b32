import type { RawBuilder } from "kysely"
import { type AnyKysely, sql } from "./kysely.js"
import type { Dialect } from "./schema.js"

/** A table as it exists in the database. */
export interface FoundTable {
  /** Its columns, by name. */
  readonly columns: ReadonlyMap<string, FoundColumn>
  /** Its indexes, including the primary key. */
  readonly indexes: readonly FoundIndex[]
}

/** A column as it exists in the database. */
export interface FoundColumn {
  /** Its name. */
  readonly name: string
  /** Its type, as the database names it. */
  readonly type: string
  /** Whether it cannot be null. */
  readonly required: boolean
  /** Whether the database fills it in if a statement does not, by a default or as an identity. */
  readonly filled: boolean
}

/** An index as it exists in the database. */
export interface FoundIndex {
  /** Whether it prevents duplicates. */
  readonly unique: boolean
  /** Its columns, in order. */
  readonly columns: readonly string[]
}

interface IndexRow {
  readonly index_name: unknown
  readonly is_unique: unknown
  readonly column_name: string
}

interface Inspection {
  columns(table: string): RawBuilder<FoundColumn>
  /** Selects a row for each column of each index, in order. */
  indexes(table: string): RawBuilder<IndexRow>
}

/** Reads the columns and indexes of a table. Returns `undefined` if there is no such table. */
export async function inspectTable(
  db: AnyKysely,
  table: string,
  dialect: Dialect,
): Promise<FoundTable | undefined> {
  const inspection = inspections[dialect]
  const { rows } = await inspection.columns(table).execute(db)
  if (rows.length === 0) return undefined
  const columns = rows.map((row) => ({ ...row, required: isTrue(row.required), filled: isTrue(row.filled) }))
  const indexes = (await inspection.indexes(table).execute(db)).rows
  return { columns: new Map(columns.map((column) => [column.name, column])), indexes: toIndexes(indexes) }
}

function toIndexes(rows: readonly IndexRow[]): FoundIndex[] {
  const indexes = new Map<unknown, { unique: boolean; columns: string[] }>()
  for (const { index_name, is_unique, column_name } of rows) {
    const index = indexes.get(index_name) ?? { unique: isTrue(is_unique), columns: [] }
    index.columns.push(column_name)
    indexes.set(index_name, index)
  }
  return [...indexes.values()]
}

/** Drivers return booleans, numbers, or numbers as strings. */
function isTrue(value: unknown): boolean {
  return value === true || Number(value) === 1
}

const sqlite: Inspection = {
  columns: (table) => sql`
    select name, type, "notnull" as required,
      dflt_value is not null or (pk > 0 and lower(type) = 'integer') as filled
    from pragma_table_info(${lastPart(table)})`,
  indexes: (table) => sql`
    select l.name as index_name, l."unique" as is_unique, i.name as column_name
    from pragma_index_list(${lastPart(table)}) l, pragma_index_info(l.name) i
    where l.partial = 0
    union all
    select 'rowid', 1, name from pragma_table_info(${lastPart(table)}) where pk > 0 and lower(type) = 'integer'`,
}

/** Finds tables by the search path, as every other statement does. */
const postgres: Inspection = {
  columns: (table) => sql`
    select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required,
      (atthasdef or attidentity <> '') as filled
    from pg_attribute where attrelid = to_regclass(${quoted(table)}) and attnum > 0 and not attisdropped`,
  indexes: (table) => sql`
    select i.indexrelid::text as index_name, i.indisunique as is_unique, a.attname as column_name
    from pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = to_regclass(${quoted(table)}) and i.indpred is null and i.indexprs is null
    order by i.indexrelid, k.place`,
}

const mysql: Inspection = {
  columns: (table) => sql`
    select column_name as name, column_type as type, is_nullable = 'NO' as required,
      (column_default is not null or extra like '%auto_increment%' or extra like '%DEFAULT_GENERATED%') as filled
    from information_schema.columns where ${inMysqlSchema(table)}`,
  indexes: (table) => sql`
    select index_name as index_name, non_unique = 0 as is_unique, column_name as column_name
    from information_schema.statistics where ${inMysqlSchema(table)} order by index_name, seq_in_index`,
}

const mssql: Inspection = {
  columns: (table) => sql`
    select c.name as name, t.name as type, 1 - c.is_nullable as required,
      case when c.default_object_id <> 0 or c.is_identity = 1 then 1 else 0 end as filled
    from sys.columns c join sys.types t on t.user_type_id = c.user_type_id
    where c.object_id = object_id(${quoted(table)})`,
  indexes: (table) => sql`
    select i.index_id as index_name, i.is_unique as is_unique, c.name as column_name
    from sys.indexes i
    join sys.index_columns k on k.object_id = i.object_id and k.index_id = i.index_id
    join sys.columns c on c.object_id = k.object_id and c.column_id = k.column_id
    where i.object_id = object_id(${quoted(table)}) order by i.index_id, k.key_ordinal`,
}

const inspections: Readonly<Record<Dialect, Inspection>> = { sqlite, postgres, mysql, mssql }

function inMysqlSchema(table: string): RawBuilder<unknown> {
  const schema = table.includes(".") ? sql`${table.split(".")[0]}` : sql`database()`
  return sql`table_schema = ${schema} and table_name = ${lastPart(table)}`
}

function lastPart(table: string): string {
  return table.split(".").at(-1) ?? table
}

function quoted(table: string): string {
  return table
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".")
}
