import { loadPackage } from "../load-package.js"
import { invalid } from "../names.js"

/** A `MongoClient` of `mongodb`. The database is the one in its URL. */
export interface MongoClientLike {
  db(name?: string): MongoDatabaseLike
  close(): Promise<void>
  startSession(...args: never[]): unknown
}

/** A `Db` of `mongodb`. */
export interface MongoDatabaseLike {
  collection(name: string): unknown
  readonly databaseName: string
}

export type MongoSource = MongoClientLike | MongoDatabaseLike

export type Document = Record<string, unknown>

/** What is used of the driver's collections. */
export interface Collection {
  insertOne(document: Document): Promise<unknown>
  find(filter: Document): Cursor
  aggregate(stages: readonly Document[]): Cursor
  updateOne(filter: Document, change: Document | readonly Document[]): Promise<Changed>
  bulkWrite(operations: readonly Document[], options: { ordered: boolean }): Promise<Changed>
  deleteMany(filter: Document): Promise<unknown>
  findOneAndDelete(filter: Document): Promise<Document | null>
  listIndexes(): Cursor
  createIndex(keys: Document, options: Document): Promise<unknown>
}

interface Cursor {
  toArray(): Promise<Document[]>
}

interface Changed {
  readonly matchedCount: number
  readonly upsertedCount: number
}

/** The driver's class of ids: 12 bytes, by their 24 hexadecimal digits. */
export type ObjectIdClass = new (digits?: string) => { toHexString(): string }

export interface MongoConnection {
  collection(name: string): Collection
  readonly ObjectId: ObjectIdClass
  close(): Promise<void>
}

interface Driver {
  readonly ObjectId: ObjectIdClass
  readonly MongoClient: new (url: string, options: object) => MongoClientLike
}

export function isMongo(source: unknown): source is string | MongoSource {
  if (typeof source === "string") return /^mongodb(?:\+srv)?:/i.test(source)
  if (typeof source !== "object" || source === null) return false
  return "startSession" in source || ("collection" in source && "databaseName" in source)
}

/** @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` */
export function openMongo(source: string | MongoSource, timeout: number): MongoConnection {
  const driver = loadPackage<Driver>("mongodb", typeof source === "string" ? source : "mongodb:")
  if (typeof source === "string") return connect(connectTo(driver, source, timeout).db(), driver)
  return connect("startSession" in source ? source.db() : source, driver)
}

/** It connects with its first command. The driver's message would repeat the URL, and the password in it. */
function connectTo({ MongoClient }: Driver, url: string, timeout: number): MongoClientLike {
  // A server that does not answer is a failure, not a wait of half a minute.
  const patience = /[?&]serverSelectionTimeoutMS=/i.test(url) ? {} : { serverSelectionTimeoutMS: timeout }
  try {
    return new MongoClient(
      url.replace(/^[^:]+/, (scheme) => scheme.toLowerCase()),
      patience,
    )
  } catch {
    throw invalid(
      "The driver of MongoDB cannot read the URL of the database. Expected one such as " +
        '"mongodb://user:password@localhost/app", in which "@", ":", "/" and "%" of a password are percent-encoded.',
    )
  }
}

function connect(database: MongoDatabaseLike, { ObjectId }: Driver): MongoConnection {
  const { client } = database as unknown as { client: MongoClientLike }
  return {
    collection: (name) => database.collection(name) as Collection,
    ObjectId,
    close: () => client.close(),
  }
}

/** The server's number for what went wrong, which a client may be set to hand out as an object. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error ? Number(error.code) : undefined
}
