import type { Column, Dialect, Kind } from "./schema.js"

/** The only values that are passed to drivers. `libsql`, for one, ends the process when it gets a boolean. */
export type Parameter = string | number | boolean | null

type Encoder = (value: unknown, dialect: Dialect) => Parameter

const encoders: Readonly<Record<Kind, Encoder>> = {
  text: (value) => String(value),
  integer: (value) => {
    const number = Math.trunc(Number(value))
    return Number.isSafeInteger(number) ? number : null
  },
  boolean: (value, dialect) =>
    dialect === "sqlite" || dialect === "mysql" ? Number(Boolean(value)) : Boolean(value),
  date: encodeDate,
}

const decoders: Readonly<Record<Kind, (value: unknown) => unknown>> = {
  text: (value) => String(value),
  integer: Number,
  boolean: (value) => ["true", "t", "1"].includes(String(value)),
  date: decodeDate,
}

/**
 * Converts a value for its column. Removes NUL characters, which PostgreSQL rejects.
 *
 * @throws {TypeError} for a key with a NUL character
 */
export function encode(value: unknown, column: Column, dialect: Dialect): Parameter {
  if (value === null || value === undefined) return null
  const encoded = encoders[column.kind](value, dialect)
  if (typeof encoded !== "string" || !encoded.includes("\0")) return encoded
  if (column.length === undefined) return encoded.replaceAll("\0", "")
  throw new TypeError("A key must not contain a NUL character")
}

/** Whether a value can be a key. `libsql` reads a string only up to its first NUL character. */
export function canBeKey(value: unknown): boolean {
  return value !== null && value !== undefined && !String(value).includes("\0")
}

/** Converts a value of the driver to the kind of its column. */
export function decode(value: unknown, kind: Kind): unknown {
  return value === null || value === undefined ? null : decoders[kind](value)
}

/** Returns a string that every database reads as a time in UTC, whatever the zone of the session or driver. */
function encodeDate(value: unknown, dialect: Dialect): string | null {
  const date = value instanceof Date ? value : new Date(String(value))
  if (Number.isNaN(date.getTime())) return null
  const iso = date.toISOString()
  if (dialect === "mysql") return iso.slice(0, -1).replace("T", " ")
  return dialect === "mssql" ? iso.slice(0, -1) : iso
}

/** Accepts milliseconds, also as a string, and dates, which are in UTC if they name no zone. */
function decodeDate(value: unknown): Date {
  if (value instanceof Date) return value
  const text = String(value).replace(" ", "T")
  if (/^-?[\d.]+$/.test(text)) return new Date(Number(text))
  return new Date(/(?:Z|[+-]\d\d(?::?\d\d)?)$/.test(text) ? text : `${text}Z`)
}
