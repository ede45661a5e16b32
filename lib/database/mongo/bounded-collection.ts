import { withTimeout } from "../with-timeout.js"
import type { Collection } from "./open-mongo.js"

/** A collection whose commands have a timeout. */
export type BoundedCollection = Omit<Collection, "listIndexes" | "createIndex">

/**
 * Adds a timeout to the commands of a collection.
 *
 * @param timeout milliseconds
 */
export function boundedCollection(collection: Collection, timeout: number): BoundedCollection {
  const cursor = (found: ReturnType<Collection["find"]>) => ({
    toArray: () => withTimeout(found.toArray(), timeout),
  })
  return {
    insertOne: (document) => withTimeout(collection.insertOne(document), timeout),
    find: (filter) => cursor(collection.find(filter)),
    aggregate: (stages) => cursor(collection.aggregate(stages)),
    updateOne: (filter, change) => withTimeout(collection.updateOne(filter, change), timeout),
    bulkWrite: (operations, options) => withTimeout(collection.bulkWrite(operations, options), timeout),
    deleteMany: (filter) => withTimeout(collection.deleteMany(filter), timeout),
    findOneAndDelete: (filter) => withTimeout(collection.findOneAndDelete(filter), timeout),
  }
}
