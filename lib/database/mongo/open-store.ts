import type { Opened } from "../migrate.js"
import { collectionNames, invalid, resolveTables, type SchemaOptions } from "../names.js"
import { columnsOf, type Schema } from "../schema.js"
import { mongoMigration } from "./indexes.js"
import { MongoStore } from "./mongo-store.js"
import { type MongoSource, openMongo } from "./open-mongo.js"

/**
 * Opens a MongoDB with its collections.
 *
 * @param timeout milliseconds for each command
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_UNKNOWN_OPTION`
 */
export function openMongoStore(
  source: string | MongoSource,
  options: SchemaOptions,
  timeout: number,
): Opened {
  if (options.ids === "uuid")
    throw invalid('`ids: "uuid"` is for SQL databases only: in MongoDB, users have an ObjectId each.')
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

/** MongoDB reads a dot as a path into a nested document, and a leading dollar as an operator. */
function checkNames(tables: Schema["tables"]): void {
  for (const { shape, columnNames } of Object.values(tables))
    for (const name of [...Object.keys(columnsOf(shape)), ...Object.values(columnNames)])
      if (name.startsWith("$") || name.includes("."))
        throw invalid(`"${name}" cannot be a field in MongoDB: it must not contain a dot or start with "$".`)
}
