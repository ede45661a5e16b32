import { decode } from "./column-values.js"
import type { Rows } from "./row-store.js"
import type { Row, TableKey } from "./schema.js"
import type { Output } from "./statements.js"

/** Converts a row of the driver to one of {@link Rows}. */
export function toRow<Key extends TableKey>(found: Row, outputs: readonly Output[]): Rows[Key] {
  const row: Row = {}
  for (const { alias, field, kind } of outputs) row[field] = decode(found[alias], kind)
  return row as unknown as Rows[Key]
}

/**
 * Whether a row has exactly these values. MySQL and SQL Server also find "a" when asked for "a ", and with the
 * collation of older schemas "á" or "A". Only the letter case of an e-mail address may differ.
 */
export function isExactly(row: object, by: Readonly<Record<string, unknown>>): boolean {
  const values: Readonly<Record<string, unknown>> = { ...row }
  return Object.entries(by).every(([field, value]) => {
    const expected = String(value)
    const found = String(values[field])
    return found === expected || (field === "email" && found.toLowerCase() === expected.toLowerCase())
  })
}
