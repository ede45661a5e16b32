import type { RawBuilder } from "kysely"
import { sql } from "./kysely.js"
import { columnOf, type Table } from "./schema.js"

/** What goes into a place of a statement. */
export interface Input {
  readonly table: Table
  readonly field: string
  /** The name of the value, where the field has two. */
  readonly as?: string
}

/** A value to come: the compiler counts it, `Store` fills it in. */
export function place(table: Table, field: string, as?: string): RawBuilder<unknown> {
  columnOf(table, field)
  return sql`${sql.val({ table, field, ...(as !== undefined && { as }) } satisfies Input)}`
}
