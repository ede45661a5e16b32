import { loadPackage } from "../load-package.js"
import { invalid } from "../names.js"

/** The members of a `MongoClient` of `mongodb` that are used here. Its URL contains the name of the database. */
export interface MongoClientLike {
  /** Returns the database of the client's URL. */
  db(name?: string): MongoDatabaseLike
  /** Closes the client; called only for one that we created from a URL. */
  close(): Promise<void>
  /** Never called: tells a client from a `Db`. */
  startSession(...args: never[]): unknown
}

/** The members of a `Db` of `mongodb` that are used here. */
export interface MongoDatabaseLike {
  /** Returns a collection, which need not exist. */
  collection(name: string): unknown
  /** The name of the database. Never read: tells a `Db` from other objects. */
  readonly databaseName: string
}

/** A connection of the app to MongoDB. */
export type MongoSource = MongoClientLike | MongoDatabaseLike

/** A document, filter or command. */
export type Document = Record<string, unknown>

/** The methods of the driver's collections that are used here. */
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

/** The driver's class of ids, which are 12 bytes or 24 hexadecimal digits. */
export type ObjectIdClass = new (digits?: string) => { toHexString(): string }

/** An opened database. */
export interface MongoConnection {
  /** Returns a collection, which need not exist. */
  collection(name: string): Collection
  /** The class of ids that this driver accepts. */
  readonly ObjectId: ObjectIdClass
  /** Closes the client. */
  close(): Promise<void>
}

interface Driver {
  readonly ObjectId: ObjectIdClass
  readonly MongoClient: new (url: string, options: object) => MongoClientLike
}

/** Whether a source is the URL of a MongoDB, or a connection to one. */
export function isMongo(source: unknown): source is string | MongoSource {
  if (typeof source === "string") return /^mongodb(?:\+srv)?:/i.test(source)
  if (typeof source !== "object" || source === null) return false
  return "startSession" in source || ("collection" in source && "databaseName" in source)
}

/**
 * Opens a MongoDB.
 *
 * @param timeout milliseconds to find a server
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function openMongo(source: string | MongoSource, timeout: number): MongoConnection {
  const driver = loadPackage<Driver>("mongodb", typeof source === "string" ? source : "mongodb:")
  if (typeof source === "string") return connect(connectTo(driver, source, timeout).db(), driver)
  return connect("startSession" in source ? source.db() : source, driver)
}

/** Connects with the first command. The driver's own error would quote the URL with its password. */
function connectTo({ MongoClient }: Driver, url: string, timeout: number): MongoClientLike {
  // By default the driver waits half a minute for a server.
  const patience = /[?&]serverSelectionTimeoutMS=/i.test(url) ? {} : { serverSelectionTimeoutMS: timeout }
  try {
    return new MongoClient(
      url.replace(/^[^:]+/, (scheme) => scheme.toLowerCase()),
      patience,
    )
  } catch {
    throw invalid(
      "The MongoDB driver cannot parse the URL of the database. Expected a URL such as " +
        '"mongodb://user:password@localhost/app", with "@", ":", "/" and "%" in the password percent-encoded.',
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

/** Returns the error number of the server, which some clients return as an object. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error ? Number(error.code) : undefined
}
