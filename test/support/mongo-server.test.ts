import { expect } from "chai"
import { type Db, Double, Long, MongoClient, type MongoServerError, ObjectId } from "mongodb"
import { type MongoServer, startMongoServer } from "./mongo-server.js"

describe("the stand-in for MongoDB", () => {
  let server: MongoServer
  let client: MongoClient
  let db: Db
  beforeEach(async () => {
    server = await startMongoServer()
    client = new MongoClient(server.url)
    db = client.db()
  })
  afterEach(async () => {
    await client.close()
    await server.stop()
  })

  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: MongoServerError) => error.code,
    )

  it("refuses what it does not know, and lives on", async () => {
    expect(await codeOf(db.command({ mapReduce: "users" }))).to.equal(59)
    expect(await db.command({ ping: 1 })).to.include({ ok: 1 })
  })

  it("keeps what is unique so: by id, by index, by part of an index", async () => {
    const users = db.collection<{ _id: number; email?: string | null; at?: number }>("users")
    await users.createIndex({ email: 1 }, { unique: true, partialFilterExpression: { email: { $gt: "" } } })
    await users.insertMany([{ _id: 1, email: "a" }, { _id: 2, email: null }, { _id: 3 }])
    expect(await codeOf(users.insertOne({ _id: 1 }))).to.equal(11000)
    expect(await codeOf(users.insertOne({ _id: 4, email: "a" }))).to.equal(11000)
    expect(await codeOf(users.updateOne({ _id: 2 }, { $set: { email: "a" } }))).to.equal(11000)
    expect(await users.find({ email: "a" }).toArray()).to.deep.equal([{ _id: 1, email: "a" }])
    expect(await codeOf(users.createIndex({ email: 1 }))).to.equal(86)
    await users.insertMany([
      { _id: 5, at: 1 },
      { _id: 6, at: 1 },
    ])
    expect(await codeOf(users.createIndex({ at: 1 }, { unique: true }))).to.equal(11000)
  })

  it("tells ids from text, and keeps times and numbers", async () => {
    const things = db.collection("things")
    const _id = new ObjectId()
    const thing = {
      _id,
      at: new Date(1_800_000_000_123),
      double: new Double(0.5),
      long: Long.fromNumber(2 ** 40),
    }
    await things.insertOne(thing)
    expect(await things.findOne({ _id: _id.toHexString() as never })).to.equal(null)
    expect(await things.findOne({ _id })).to.deep.equal({ ...thing, double: 0.5, long: 2 ** 40 })
  })

  it("inserts where there is nothing to update, once, of a hundred at once", async () => {
    const counts = db.collection<{ _id: string; count: number }>("counts")
    const count = () => counts.updateOne({ _id: "a" }, { $inc: { count: 1 } }, { upsert: true })
    const answers = await Promise.all(Array.from({ length: 100 }, count))
    expect(answers.filter(({ upsertedCount }) => upsertedCount === 1)).to.have.length(1)
    expect(await counts.findOne()).to.deep.equal({ _id: "a", count: 100 })
  })

  it("hands a document that is deleted to one, of a hundred at once", async () => {
    await db.collection("tokens").insertOne({ token: "t" })
    const take = () => db.collection("tokens").findOneAndDelete({ token: "t" })
    const taken = await Promise.all(Array.from({ length: 100 }, take))
    expect(taken.filter((document) => document !== null)).to.have.length(1)
  })
})
