/**
 * What databases answer to a value that the type of its column cannot represent, such as `nonsense` for a uuid:
 * SQLSTATEs of PostgreSQL, names of MySQL and MariaDB, numbers of SQL Server, codes of Prisma.
 */
const impossible: ReadonlySet<unknown> = new Set([
  ...["22P02", "22003"],
  ...["ER_TRUNCATED_WRONG_VALUE", "ER_WRONG_VALUE_FOR_TYPE"],
  ...[8169, 8114, 8115, 245, 248],
  ...["P2007", "P2023"],
])

/**
 * What databases answer to characters that the character set of a column or database lacks. MySQL and MariaDB answer
 * the same to columns of different collations, which is a fault.
 */
const outsideCharset: ReadonlySet<unknown> = new Set([
  ...["22P05", "22021"],
  ...["ER_CANT_AGGREGATE_2COLLATIONS", "ER_CANT_AGGREGATE_3COLLATIONS", "ER_CANNOT_CONVERT_STRING"],
])

/** Adapters and query builders wrap the driver's error; a circle of causes must end as well. */
const depth = 5

/**
 * Whether an error, or a cause of it, says that a value cannot exist in its column. Then no row has it.
 *
 * Adapters for HTTP services throw plain objects, so any object counts as an error.
 */
export function isImpossibleValue(error: unknown): boolean {
  return hasCode(error, impossible)
}

/**
 * Whether an error may say that a column cannot hold the characters of a value. It does if that value has characters
 * other than ASCII's.
 */
export function isOutsideCharset(error: unknown): boolean {
  return hasCode(error, outsideCharset)
}

function hasCode(error: unknown, codes: ReadonlySet<unknown>): boolean {
  let current = error
  for (let level = 0; level < depth && typeof current === "object" && current !== null; level++) {
    const { code, number, cause } = current as Readonly<Record<string, unknown>>
    if (codes.has(code) || codes.has(number)) return true
    current = cause
  }
  return false
}
