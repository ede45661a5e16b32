import { Aggregator, Query, update } from "mingo"
import { BSON, type Document, ObjectId } from "mongodb"

/** An error of the server, with its MongoDB error code. */
export class MongoFault extends Error {
  readonly code: number
  readonly codeName: string

  constructor(code: number, codeName: string, message: string) {
    super(message)
    this.code = code
    this.codeName = codeName
  }
}

interface Index extends Document {
  readonly name: string
  readonly key: Document
}

const idIndex: Index = { v: 2, name: "_id_", key: { _id: 1 }, unique: true }

/** Documents in memory with unique indexes. Each method is atomic. */
export class MongoCollection {
  readonly name: string
  readonly indexes: Index[] = [idIndex]
  documents: Document[] = []

  constructor(name: string) {
    this.name = name
  }

  find(filter: Document): Document[] {
    const query = new Query(filter)
    return this.documents.filter((document) => query.test(document))
  }

  insert(document: Document): void {
    const { _id = new ObjectId(), ...fields } = document
    const inserted = { _id, ...fields }
    this.#checkUnique(inserted)
    this.documents.push(inserted)
  }

  /** Returns the document as it is now, and whether it was there before. */
  update(
    filter: Document,
    change: Document | Document[],
    upsert: boolean,
  ): { found: boolean; now?: Document } {
    const [found] = this.find(filter)
    if (!found && !upsert) return { found: false }
    const now = applied(found ?? equalities(filter), change, found === undefined)
    if (!found) {
      this.insert(now)
      return { found: false, now: this.documents.at(-1) as Document }
    }
    this.#checkUnique(now, found)
    this.documents[this.documents.indexOf(found)] = now
    return { found: true, now }
  }

  remove(filter: Document, limit: number): Document[] {
    const found = this.find(filter)
    const removed = limit === 0 ? found : found.slice(0, limit)
    this.documents = this.documents.filter((document) => !removed.includes(document))
    return removed
  }

  addIndex(index: Index): void {
    const same = this.indexes.find(({ key, name }) => name === index.name || sameJson(key, index.key))
    if (same && sameJson(optionsOf(same), optionsOf(index))) return
    if (same)
      throw new MongoFault(86, "IndexKeySpecsConflict", `Another index of the keys of ${index.name} exists`)
    const seen = new Set<string>()
    for (const document of index.unique ? this.documents.filter((one) => isIn(index, one)) : [])
      if (seen.size === seen.add(keyIn(index, document)).size) throw this.#duplicate(index, document)
    this.indexes.push(index)
  }

  #checkUnique(document: Document, replaced?: Document): void {
    for (const index of this.indexes) {
      if (!index.unique || !isIn(index, document)) continue
      const key = keyIn(index, document)
      const isTaken = this.documents.some(
        (other) => other !== replaced && isIn(index, other) && keyIn(index, other) === key,
      )
      if (isTaken) throw this.#duplicate(index, document)
    }
  }

  #duplicate(index: Index, document: Document): MongoFault {
    const message = `E11000 duplicate key error collection: ${this.name} index: ${index.name} dup key: ${keyIn(index, document)}`
    return new MongoFault(11000, "DuplicateKey", message)
  }
}

function isIn({ partialFilterExpression }: Index, document: Document): boolean {
  return partialFilterExpression === undefined || new Query(partialFilterExpression).test(document)
}

function keyIn({ key }: Index, document: Document): string {
  return BSON.EJSON.stringify(Object.keys(key).map((name) => document[name] ?? null))
}

function optionsOf({ name, v, key, ...options }: Index): Document {
  return { key, ...options }
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** The fields of a document inserted by an upsert, taken from its filter. */
function equalities(filter: Document): Document {
  const isPlain = (value: unknown) =>
    !(typeof value === "object" && value !== null && Object.keys(value)[0]?.startsWith("$"))
  return Object.fromEntries(
    Object.entries(filter).filter(([name, value]) => !name.startsWith("$") && isPlain(value)),
  )
}

function applied(document: Document, change: Document | Document[], isNew: boolean): Document {
  const copy = BSON.deserialize(BSON.serialize(document))
  if (Array.isArray(change)) return new Aggregator(change).run([copy])[0] as Document
  const { $setOnInsert, ...changes } = change
  const all = isNew && $setOnInsert ? { ...changes, $set: { ...changes.$set, ...$setOnInsert } } : changes
  const operators = Object.keys(all)
  if (operators.some((name) => !name.startsWith("$"))) return { _id: copy._id, ...all }
  for (const name of operators) {
    if (Object.keys(all[name]).length === 0)
      throw new MongoFault(9, "FailedToParse", `'${name}' is empty. Before MongoDB 5 that was an error`)
    update(copy, { [name]: all[name] })
  }
  return copy
}
