import type { Opened } from "../migrate.js"
import { collectionNames, invalid, resolveTables, type SchemaOptions } from "../names.js"
import { columnsOf, type Schema } from "../schema.js"
import { mongoMigration } from "./indexes.js"
import { MongoStore } from "./mongo-store.js"
import { type MongoSource, openMongo } from "./open-mongo.js"

/** @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_UNKNOWN_OPTION` */
export function openMongoStore(
  source: string | MongoSource,
  options: SchemaOptions,
  timeout: number,
): Opened {
  if (options.ids === "uuid")
    throw invalid('MongoDB gives users ids of its own, an ObjectId each: `ids: "uuid"` is for SQL.')
  const tables = resolveTables(options, collectionNames)
  checkNames(tables)
  const connection = openMongo(source, timeout)
  return {
    store: new MongoStore(connection, tables, timeout),
    migration: mongoMigration(connection, tables),
    purgesItself: true,
    close: () => connection.close(),
  }
}

/** A dot would lead into a document within the document, and what begins with a dollar is an operator. */
function checkNames(tables: Schema["tables"]): void {
  for (const { shape, columnNames } of Object.values(tables))
    for (const name of [...Object.keys(columnsOf(shape)), ...Object.values(columnNames)])
      if (name.startsWith("$") || name.includes("."))
        throw invalid(`"${name}" cannot be a field in MongoDB: it may have no dot in it, nor begin with "$".`)
}
