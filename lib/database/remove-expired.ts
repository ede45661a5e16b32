import type { RawBuilder } from "kysely"
import { sql } from "./kysely.js"
import { place } from "./placeholder.js"
import { columnName, type Dialect, type Table } from "./schema.js"

/** Rows deleted by one statement: SQLite takes some milliseconds for them, in which nothing else runs. */
export const batchSize = 250

/**
 * Deletes a batch of rows whose time has come. SQLite compares numbers, as Prisma stores times, below every text. A row
 * that was renewed after it was picked stays.
 */
export function removeExpired(table: Table, dialect: Dialect): RawBuilder<unknown> {
  const expires = sql.ref(columnName(table, "expires"))
  const isText = dialect === "sqlite" ? sql`typeof(${expires}) = 'text' and ` : sql``
  const hasExpired = sql`${isText}${expires} < ${place(table, "expires")}`
  const from = sql`from ${sql.table(table.name)} where ${hasExpired}`
  const count = sql.raw(String(batchSize))
  if (dialect === "mysql") return sql`delete ${from} limit ${count}`
  if (dialect === "mssql") return sql`delete top (${count}) ${from}`
  const key = sql.join(table.shape.primaryKey.map((field) => sql.ref(columnName(table, field))))
  return sql`delete ${from} and (${key}) in (select ${key} ${from} limit ${count})`
}
