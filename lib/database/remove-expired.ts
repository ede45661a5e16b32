import type { RawBuilder } from "kysely"
import { sql } from "./kysely.js"
import { placeholder } from "./placeholder.js"
import { columnName, type Dialect, type Table } from "./schema.js"

/** Rows deleted by one statement. In SQLite that takes some milliseconds, during which nothing else runs. */
export const batchSize = 250

/**
 * Returns a statement that deletes a batch of expired rows. A row renewed after it was selected stays. In SQLite, it
 * skips times that Prisma stored as numbers, because numbers compare below all strings.
 */
export function removeExpired(table: Table, dialect: Dialect): RawBuilder<unknown> {
  const expires = sql.ref(columnName(table, "expires"))
  const isText = dialect === "sqlite" ? sql`typeof(${expires}) = 'text' and ` : sql``
  const hasExpired = sql`${isText}${expires} < ${placeholder(table, "expires")}`
  const from = sql`from ${sql.table(table.name)} where ${hasExpired}`
  const count = sql.raw(String(batchSize))
  if (dialect === "mysql") return sql`delete ${from} limit ${count}`
  if (dialect === "mssql") return sql`delete top (${count}) ${from}`
  const key = sql.join(table.shape.primaryKey.map((field) => sql.ref(columnName(table, field))))
  return sql`delete ${from} and (${key}) in (select ${key} ${from} limit ${count})`
}
