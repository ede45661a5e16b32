import { type Migration, toText } from "../migrate.js"
import { invalid } from "../names.js"
import type { Schema } from "../schema.js"
import { Documents } from "./documents.js"
import { codeOf, type Document, type MongoConnection } from "./open-mongo.js"

interface Index {
  readonly collection: string
  readonly keys: Document
  readonly options: Document
}

/** Creates the indexes in MongoDB, which creates collections by itself. */
export function mongoMigration(connection: MongoConnection, tables: Schema["tables"]): Migration {
  const wanted = Object.values(tables).flatMap((table) =>
    indexesOf(new Documents(table, connection.ObjectId)),
  )
  const missing = () => findMissing(connection, wanted)
  return {
    text: () => toText(wanted.map(toCommand)),
    pending: async () => (await missing()).map(toCommand),
    // Several processes may create the same index at once: the server does so for the first.
    run: async () => {
      const indexes = await missing()
      for (const { collection, keys, options } of indexes)
        await connection.collection(collection).createIndex(keys, options)
      return indexes.map(toCommand)
    },
  }
}

function indexesOf(documents: Documents): Index[] {
  const { name: collection, shape } = documents.table
  const { primaryKey, unique = [], indexes = [] } = shape
  const index = (fields: readonly string[], options: Document): Index => ({
    collection,
    keys: Object.fromEntries(fields.map((field) => [documents.nameOf(field), 1])),
    options,
  })
  return [
    ...(documents.nameOf(primaryKey[0] ?? "") === "_id" ? [] : [index(primaryKey, { unique: true })]),
    ...unique.map((fields) => index(fields, { unique: true, ...onlyStrings(documents, fields) })),
    // MongoDB deletes expired documents by itself, within a minute.
    ...indexes.map((fields) => index(fields, fields[0] === "expires" ? { expireAfterSeconds: 0 } : {})),
  ]
}

/** Allows many documents without a value: only non-empty strings are greater than the empty string. */
function onlyStrings(documents: Documents, fields: readonly string[]): Document {
  const names = fields.map((field) => documents.nameOf(field))
  return { partialFilterExpression: Object.fromEntries(names.map((name) => [name, { $gt: "" }])) }
}

async function findMissing(connection: MongoConnection, wanted: readonly Index[]): Promise<Index[]> {
  const found = new Map<string, readonly Document[]>()
  for (const { collection } of wanted)
    if (!found.has(collection)) found.set(collection, await indexesIn(connection, collection))
  const withKeysOf = ({ collection, keys }: Index) =>
    found.get(collection)?.filter(({ key }) => sameText(key, keys)) ?? []
  const missing = wanted.filter((index) => !withKeysOf(index).some((one) => fits(one, index)))
  const barred = missing.filter((index) => withKeysOf(index).length > 0)
  if (barred.length === 0) return missing
  throw invalid(
    `Existing indexes do not fit:\n${barred.map((index) => `- a different index has the same keys as ${toCommand(index)}`).join("\n")}\n` +
      "Drop them, or choose other collections with the option `names`.",
  )
}

/** Whether an index is as strict as the expected one, and covers as many documents. */
function fits({ unique, partialFilterExpression: part }: Document, { options }: Index): boolean {
  const isComplete = part === undefined || sameText(part, options.partialFilterExpression)
  return isComplete && (unique === true || options.unique !== true)
}

async function indexesIn(connection: MongoConnection, collection: string): Promise<readonly Document[]> {
  try {
    return await connection.collection(collection).listIndexes().toArray()
  } catch (error) {
    // The collection does not exist yet.
    if (codeOf(error) === 26) return []
    throw error
  }
}

/** Compares as JSON, because some clients return numbers as objects or `bigint`. */
function sameText(one: unknown, other: unknown): boolean {
  const toJson = (value: unknown) =>
    JSON.stringify(value, (_, part) => (typeof part === "bigint" ? Number(part) : part))
  return toJson(one) === toJson(other)
}

/** Returns the command for `mongosh`. */
function toCommand({ collection, keys, options }: Index): string {
  const more = Object.keys(options).length === 0 ? "" : `, ${JSON.stringify(options)}`
  return `db.getCollection(${JSON.stringify(collection)}).createIndex(${JSON.stringify(keys)}${more})`
}
