import type { AdapterUser } from "@auth/core/adapters"
import type { Change, Counting, Fields, NewAccount, Removal, RowStore, Rows } from "../row-store.js"
import type { ExpiringKey, Schema, TableKey } from "../schema.js"
import { type BoundedCollection, boundedCollection } from "./bounded-collection.js"
import { Documents } from "./documents.js"
import { codeOf, type Document, type MongoConnection } from "./open-mongo.js"

const duplicateKey = 11000

/** Where the users found beside a row are put. */
const joined = "_user"

/** One table's documents, and where they are. */
interface Place {
  readonly documents: Documents
  readonly collection: BoundedCollection
}

/**
 * Rows as documents. Each method is one command, which MongoDB carries out for one document as a whole; what is unique is
 * so by the indexes that `migrate()` makes.
 */
export class MongoStore implements RowStore {
  readonly #connection: MongoConnection
  readonly #tables: Schema["tables"]
  readonly #timeout: number
  readonly #places = new Map<TableKey, Place>()

  /** @param timeout milliseconds within which each command has to be answered */
  constructor(connection: MongoConnection, tables: Schema["tables"], timeout: number) {
    this.#connection = connection
    this.#tables = tables
    this.#timeout = timeout
  }

  async insert<Key extends TableKey>(key: Key, values: Fields<Key>): Promise<Rows[Key]> {
    const { documents, collection } = this.#at(key)
    const document = documents.toNewDocument(values)
    await collection.insertOne({ ...document })
    return toRow<Key>(documents, document)
  }

  /** Documents have ids before they are stored. */
  readonly makesUserIds = false

  /**
   * The account goes first, without a transaction: should the process end before the user is stored, the account belongs
   * to nobody, and the next sign-in with it stores the user it names.
   */
  async insertUserWith(user: Rows["users"], account: NewAccount): Promise<Rows["users"]> {
    const { documents, collection } = this.#at("users")
    const fresh = toRow<"users">(documents, documents.toNewDocument({ ...user }))
    const userId = await this.#reserve(account, fresh.id)
    try {
      await collection.insertOne({ ...documents.toDocument({ ...fresh, id: userId }) })
    } catch (error) {
      if (!(await this.find("users", { id: userId })))
        await this.take("accounts", { ...keyOf(account), userId })
      throw error
    }
    return { ...fresh, id: userId }
  }

  /** Links the account to an id to come. @returns the one that an earlier attempt has linked it to, where there was one */
  async #reserve(account: NewAccount, userId: string): Promise<string> {
    try {
      await this.insert("accounts", { ...account, userId })
      return userId
    } catch (error) {
      const there = codeOf(error) === duplicateKey ? await this.find("accounts", keyOf(account)) : undefined
      if (!there || (await this.find("users", { id: there.userId }))) throw error
      return there.userId
    }
  }

  async find<Key extends TableKey>(key: Key, by: Fields<Key>): Promise<Rows[Key] | undefined> {
    return (await this.list(key, by))[0]
  }

  async list<Key extends TableKey>(
    key: Key,
    by: Fields<Key>,
    extras: readonly string[] = [],
  ): Promise<Rows[Key][]> {
    const { documents, collection } = this.#at(key)
    const filter = documents.toFilter(by)
    const found = filter ? await collection.find(filter).toArray() : []
    return found.map((document) => documents.toRow(document, extras) as unknown as Rows[Key])
  }

  /** Documents have whatever is put in them. */
  async findExtras(key: TableKey): Promise<readonly string[]> {
    return Object.keys(this.#tables[key].shape.extras ?? {})
  }

  /** A row and the user it belongs to, in one command. */
  async findWithUser<Key extends "accounts" | "sessions">(
    key: Key,
    by: Fields<Key>,
    extras: readonly string[] = [],
  ): Promise<{ row: Rows[Key]; user: AdapterUser } | undefined> {
    const { documents, collection } = this.#at(key)
    const users = this.#at("users").documents
    const $match = documents.toFilter(by)
    if (!$match) return undefined
    const from = users.table.name
    const $lookup = { from, localField: documents.nameOf("userId"), foreignField: "_id", as: joined }
    const [found] = await collection.aggregate([{ $match }, { $limit: 1 }, { $lookup }]).toArray()
    const [user] = found ? (found[joined] as Document[]) : []
    return found && user
      ? { row: toRow<Key>(documents, found, extras), user: toRow<"users">(users, user) }
      : undefined
  }

  async update<Key extends TableKey>(key: Key, values: Fields<Key>, by: Fields<Key>): Promise<number> {
    const { documents, collection } = this.#at(key)
    const $set = documents.toDocument(values)
    if (Object.keys($set).length === 0) return (await this.list(key, by)).length
    const filter = documents.toFilter(by)
    return filter ? (await collection.updateOne(filter, { $set })).matchedCount : 0
  }

  /** One after the other: a user goes last, so that what fails halfway leaves nobody signed in, and can be done again. */
  async removeAll(removals: readonly Removal[]): Promise<void> {
    for (const [key, by] of removals) {
      const { documents, collection } = this.#at(key)
      const filter = documents.toFilter(by)
      if (filter) await collection.deleteMany(filter)
    }
  }

  async take<Key extends TableKey>(key: Key, by: Fields<Key>): Promise<Rows[Key] | undefined> {
    const { documents, collection } = this.#at(key)
    const filter = documents.toFilter(by)
    const taken = filter && (await collection.findOneAndDelete(filter))
    return taken ? toRow<Key>(documents, taken) : undefined
  }

  async removeOthers<Key extends TableKey>(key: Key, by: Fields<Key>, except: Fields<Key>): Promise<void> {
    const { documents, collection } = this.#at(key)
    const filter = documents.toFilter(by)
    const others = Object.entries(documents.toDocument(except)).map(([name, $ne]) => [name, { $ne }])
    if (filter) await collection.deleteMany({ ...filter, ...Object.fromEntries(others) })
  }

  async listIn<Key extends TableKey>(
    key: Key,
    field: string,
    values: readonly string[],
  ): Promise<Rows[Key][]> {
    const { documents, collection } = this.#at(key)
    const found = await collection.find({ [documents.nameOf(field)]: { $in: values } }).toArray()
    return found.map((document) => toRow<Key>(documents, document))
  }

  async insertOr<Key extends TableKey>(
    key: Key,
    rows: readonly Rows[Key][],
    change: Change,
  ): Promise<number> {
    const { documents, collection } = this.#at(key)
    if (change === "keep") {
      const inserted = rows.map((row) => insertedInto(collection, documents.toDocument({ ...row })))
      return (await Promise.all(inserted)).filter(Boolean).length
    }
    const operations = rows.map((row) => ({
      updateOne: { ...upsertion(documents, row, change), upsert: true },
    }))
    const write = () => collection.bulkWrite(operations, { ordered: false })
    const { upsertedCount, matchedCount } = await write().catch((error: unknown) => {
      // Another has inserted the same at the same moment. Now it is there.
      if (codeOf(error) === duplicateKey) return write()
      throw error
    })
    return upsertedCount + matchedCount
  }

  async takeOver<Key extends ExpiringKey>(key: Key, values: Fields<Key>, by: Fields<Key>): Promise<boolean> {
    const { documents, collection } = this.#at(key)
    const filter = documents.toFilter(by)
    if (!filter) return false
    const expired = { ...filter, [documents.nameOf("expires")]: { $lte: new Date() } }
    return (await collection.updateOne(expired, { $set: documents.toDocument(values) })).matchedCount > 0
  }

  /** Not one upsertion: two of those at once may both insert, in engines that are not MongoDB itself. */
  async countUp(values: Counting): Promise<boolean> {
    const { documents, collection } = this.#at("limits")
    const { key, expires } = values
    const { filter, change } = counting(documents, values)
    const isCounted = async () => (await collection.updateOne(filter, change)).matchedCount > 0
    if (await isCounted()) return true
    if (await insertedInto(collection, documents.toDocument({ key, count: 1, expires }))) return true
    // It is there: full, or inserted by another at the same moment.
    return isCounted()
  }

  async countDown({ key }: Pick<Rows["limits"], "key">): Promise<void> {
    const { documents, collection } = this.#at("limits")
    const count = documents.nameOf("count")
    if (await collection.findOneAndDelete({ _id: key, [count]: { $lte: 1 } })) return
    await collection.updateOne({ _id: key, [count]: { $gt: 1 } }, { $inc: { [count]: -1 } })
  }

  /** A collection that is not there is an empty one. */
  async hasTable(): Promise<boolean> {
    return true
  }

  /** All at once: by their index most are gone already. */
  async removeExpired(key: ExpiringKey, before: Date): Promise<boolean> {
    const { documents, collection } = this.#at(key)
    await collection.deleteMany({ [documents.nameOf("expires")]: { $lt: before } })
    return false
  }

  #at(key: TableKey): Place {
    const known = this.#places.get(key)
    if (known) return known
    const table = this.#tables[key]
    const { collection, ObjectId } = this.#connection
    const place = {
      documents: new Documents(table, ObjectId),
      collection: boundedCollection(collection(table.name), this.#timeout),
    }
    this.#places.set(key, place)
    return place
  }
}

function keyOf({ provider, providerAccountId }: NewAccount) {
  return { provider, providerAccountId }
}

function toRow<Key extends TableKey>(
  documents: Documents,
  document: Document,
  extras?: readonly string[],
): Rows[Key] {
  return documents.toRow(document, extras) as unknown as Rows[Key]
}

/** Of which document, and what becomes of it: it takes the new values, of some fields the greater one. */
function upsertion(
  documents: Documents,
  row: object,
  change: Exclude<Change, "keep">,
): { filter: Document; update: Document } {
  const { _id, ...given } = documents.toDocument({ ...row })
  const greatest = (change.greatest ?? []).map((field) => documents.nameOf(field))
  const update: Record<string, Document> = {}
  for (const [name, value] of Object.entries(given)) {
    const operator = greatest.includes(name) ? "$max" : "$set"
    update[operator] = { ...update[operator], [name]: value }
  }
  return { filter: { _id }, update }
}

/** Inserts a document, unless there is one with the same key. */
async function insertedInto(collection: BoundedCollection, document: Document): Promise<boolean> {
  try {
    await collection.insertOne(document)
    return true
  } catch (error) {
    if (codeOf(error) === duplicateKey) return false
    throw error
  }
}

/** Which document has room for one more, and what becomes of it: it begins again where it has expired. */
function counting(documents: Documents, values: Counting) {
  const [count, expires] = [documents.nameOf("count"), documents.nameOf("expires")]
  const hasRoom = [{ [expires]: { $lte: values.now } }, { [count]: { $lt: values.limit } }]
  const hasExpired = { $lte: [`$${expires}`, values.now] }
  const $set = {
    [count]: { $cond: [hasExpired, 1, { $add: [`$${count}`, 1] }] },
    [expires]: { $cond: [hasExpired, values.expires, `$${expires}`] },
  }
  return { filter: { _id: values.key, $or: hasRoom }, change: [{ $set }] }
}
