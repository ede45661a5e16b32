import type { RawBuilder } from "kysely"
import { sql } from "./kysely.js"
import { columnOf, type Table } from "./schema.js"

/** A parameter of a statement, whose value comes later. */
export interface Input {
  /** The table whose column determines how the value is encoded. */
  readonly table: Table
  /** The field of that column, and the name of the value. */
  readonly field: string
  /** The name of the value, if the statement has several for the field. */
  readonly as?: string | undefined
}

/**
 * Returns a placeholder for a parameter, which `Store` fills in when it runs the statement.
 *
 * @throws if the table has no such field
 */
export function placeholder(table: Table, field: string, as?: string): RawBuilder<unknown> {
  columnOf(table, field)
  return sql`${sql.val({ table, field, as } satisfies Input)}`
}
