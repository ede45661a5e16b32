import type { Rows } from "./row-store.js"
import type { Row, TableKey } from "./schema.js"
import type { Output } from "./statements.js"
import { decode } from "./values.js"

/** A row of the database, as {@link Rows} says it. */
export function toRow<Key extends TableKey>(found: Row, outputs: readonly Output[]): Rows[Key] {
  const row: Row = {}
  for (const { alias, field, kind } of outputs) row[field] = decode(found[alias], kind)
  return row as unknown as Rows[Key]
}

/**
 * MySQL and SQL Server find "a" where "a " is asked for, and by the collation of older schemas "á" or "A" too. Only the
 * letter case of an e-mail address may differ.
 */
export function isExactly(row: object, by: Readonly<Record<string, unknown>>): boolean {
  const values: Readonly<Record<string, unknown>> = { ...row }
  return Object.entries(by).every(([field, value]) => {
    const asked = String(value)
    const found = String(values[field])
    return found === asked || (field === "email" && found.toLowerCase() === asked.toLowerCase())
  })
}
