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

/** What `migrate()` makes in MongoDB: indexes. Collections come by themselves. */
export function mongoMigration(connection: MongoConnection, tables: Schema["tables"]): Migration {
  const wanted = Object.values(tables).flatMap((table) =>
    indexesOf(new Documents(table, connection.ObjectId)),
  )
  const missing = () => findMissing(connection, wanted)
  return {
    text: () => toText(wanted.map(toCommand)),
    pending: async () => (await missing()).map(toCommand),
    // Several processes may ask for the same index at once: the server makes it for the first.
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
    ...unique.map((fields) => index(fields, { unique: true, ...amongTexts(documents, fields) })),
    // What has expired goes by itself, within a minute.
    ...indexes.map((fields) => index(fields, fields[0] === "expires" ? { expireAfterSeconds: 0 } : {})),
  ]
}

/** Many may have none: every text is greater than the empty one, and nothing else is. */
function amongTexts(documents: Documents, fields: readonly string[]): Document {
  const names = fields.map((field) => documents.nameOf(field))
  return { partialFilterExpression: Object.fromEntries(names.map((name) => [name, { $gt: "" }])) }
}

async function findMissing(connection: MongoConnection, wanted: readonly Index[]): Promise<Index[]> {
  const found = new Map<string, readonly Document[]>()
  for (const { collection } of wanted)
    if (!found.has(collection)) found.set(collection, await indexesIn(connection, collection))
  const sameKeys = ({ collection, keys }: Index) =>
    found.get(collection)?.filter(({ key }) => JSON.stringify(key) === JSON.stringify(keys)) ?? []
  const fits = (index: Index) =>
    sameKeys(index).some(({ unique }) => unique === true || index.options.unique !== true)
  const missing = wanted.filter((index) => !fits(index))
  const inTheWay = missing.filter((index) => sameKeys(index).length > 0)
  if (inTheWay.length === 0) return missing
  throw invalid(
    `The indexes do not fit:\n${inTheWay.map((index) => `- another index has the keys of ${toCommand(index)}`).join("\n")}\n` +
      "Drop them, or name collections of their own for express-authjs with the option `names`.",
  )
}

async function indexesIn(connection: MongoConnection, collection: string): Promise<readonly Document[]> {
  try {
    return await connection.collection(collection).listIndexes().toArray()
  } catch (error) {
    // There is no such collection yet.
    if (codeOf(error) === 26) return []
    throw error
  }
}

/** As `mongosh` takes it. */
function toCommand({ collection, keys, options }: Index): string {
  const more = Object.keys(options).length === 0 ? "" : `, ${JSON.stringify(options)}`
  return `db.getCollection(${JSON.stringify(collection)}).createIndex(${JSON.stringify(keys)}${more})`
}
