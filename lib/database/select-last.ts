import type { RawBuilder } from "kysely"
import { sql } from "./kysely.js"
import { placeholder } from "./placeholder.js"
import { columnName, type Dialect, type Table } from "./schema.js"

type Fragment = RawBuilder<unknown>

/** What to select. */
interface Selection {
  readonly table: Table
  readonly dialect: Dialect
  readonly columns: Fragment
  /** `undefined` for all rows. */
  readonly conditions: Fragment | undefined
}

/**
 * Returns a statement that selects the rows with the greatest keys, greatest first. If the list is continued, all keys
 * are less than the parameter `before`.
 */
export function selectLast(
  { table, dialect, columns, conditions }: Selection,
  { isContinued, limit }: { readonly isContinued: boolean; readonly limit: number },
): Fragment {
  const [field = ""] = table.shape.primaryKey
  const key = sql.ref(columnName(table, field))
  const all = [conditions, isContinued ? sql`${key} < ${placeholder(table, field, "before")}` : undefined]
  const given = all.filter((condition) => condition !== undefined)
  const where = given.length > 0 ? sql` where ${sql.join(given, sql` and `)}` : sql``
  const rest = sql`${columns} from ${sql.table(table.name)}${where} order by ${key} desc`
  const count = sql.raw(String(limit))
  return dialect === "mssql" ? sql`select top (${count}) ${rest}` : sql`select ${rest} limit ${count}`
}
