import type { Column, Table } from "../schema.js"
import { columnName, columnOf, columnsOf } from "../schema.js"
import type { Document, ObjectIdClass } from "./open-mongo.js"

type Values = Readonly<Record<string, unknown>>

/** Lone surrogates, which BSON would replace. No stored key contains one. */
const brokenText = /\p{Cs}/u

/** Tables whose key is the `_id` of the document; for users, as in `@auth/mongodb-adapter`. */
const byId: readonly string[] = [
  ...["users", "revocations", "sessionRecords", "locks", "limits", "auditEvents"],
  ...["passwords", "passwordTokens"],
]

/** Converts the rows of a table to documents as `@auth/mongodb-adapter` writes them, and back. */
export class Documents {
  /** The table. */
  readonly table: Table
  readonly #ObjectId: ObjectIdClass

  constructor(table: Table, ObjectId: ObjectIdClass) {
    this.table = table
    this.#ObjectId = ObjectId
  }

  /** Returns the name of a field in the document. */
  nameOf(field: string): string {
    const { key, shape } = this.table
    return byId.includes(key) && field === shape.primaryKey[0] ? "_id" : columnName(this.table, field)
  }

  /** Drops fields without a column, because providers send more than Auth.js defines. */
  toDocument(values: Values): Document {
    const columns = columnsOf(this.table.shape)
    const known = Object.entries(values).filter(
      ([field, value]) => Object.hasOwn(columns, field) && value !== undefined,
    )
    return Object.fromEntries(known.map(([field, value]) => [this.nameOf(field), this.#encode(value, field)]))
  }

  /** Gives a new user an `ObjectId`, unless they have one. */
  toNewDocument(values: Values): Document {
    const document = this.toDocument(values)
    if (this.table.key !== "users" || document._id instanceof this.#ObjectId) return document
    return { ...document, _id: new this.#ObjectId() }
  }

  /** Returns `undefined` if no document can match. Values are never objects, which MongoDB would read as operators. */
  toFilter(by: Values): Document | undefined {
    const filter = Object.entries(by).map(([field, value]) => [
      this.nameOf(field),
      this.#encode(value, field),
    ])
    const isPossible = filter.every(([, value]) => value !== null && !brokenText.test(String(value)))
    return isPossible ? Object.fromEntries(filter) : undefined
  }

  /**
   * Converts a document to a row with the columns of the table only: it never returns other fields, such as password
   * hashes.
   *
   * @param extras optional columns to read as well
   */
  toRow(document: Document, extras: readonly string[] = []): Record<string, unknown> {
    const fields = [...Object.keys(this.table.shape.columns), ...extras]
    return Object.fromEntries(
      fields.map((field) => [field, decode(document[this.nameOf(field)], columnOf(this.table, field))]),
    )
  }

  #encode(value: unknown, field: string): unknown {
    const column = columnOf(this.table, field)
    if (value === null || value === undefined) return null
    const isUserId = column.ofUser || (this.table.key === "users" && field === "id")
    return isUserId ? this.#toId(String(value)) : encoders[column.kind](value)
  }

  /** Leaves other ids as strings, because some apps assign their own. */
  #toId(id: string): unknown {
    return /^[0-9a-f]{24}$/.test(id) ? new this.#ObjectId(id) : id
  }
}

const encoders: Readonly<Record<Column["kind"], (value: unknown) => unknown>> = {
  text: String,
  boolean: Boolean,
  integer: (value) => {
    const number = Math.trunc(Number(value))
    return Number.isSafeInteger(number) ? number : null
  },
  date: toDate,
}

/** Depending on its settings, a client returns numbers as `bigint` or `Long`, which `Number` accepts too. */
const decoders: Readonly<Record<Column["kind"], (value: unknown) => unknown>> = {
  text: toText,
  boolean: Boolean,
  integer: Number,
  date: toDate,
}

function decode(value: unknown, { kind }: Column): unknown {
  return value === null || value === undefined ? null : decoders[kind](value)
}

function toText(value: unknown): string {
  const isId = typeof value === "object" && value !== null && "toHexString" in value
  return isId && typeof value.toHexString === "function" ? String(value.toHexString()) : String(value)
}

function toDate(value: unknown): Date | null {
  const date = value instanceof Date ? value : new Date(typeof value === "number" ? value : String(value))
  return Number.isNaN(date.getTime()) ? null : date
}
