import { expect } from "chai"
import { type DatabaseAdapter, database, migrate, pending, sql } from "express-authjs/database"
import { MongoClient } from "mongodb"
import { mongoPlaces } from "../mongo-servers.js"

const commands = [
  'db.getCollection("users").createIndex({"email":1}, {"unique":true,"partialFilterExpression":{"email":{"$gt":""}}})',
  'db.getCollection("accounts").createIndex({"provider":1,"providerAccountId":1}, {"unique":true})',
  'db.getCollection("accounts").createIndex({"userId":1})',
  'db.getCollection("sessions").createIndex({"sessionToken":1}, {"unique":true})',
  'db.getCollection("sessions").createIndex({"userId":1})',
  'db.getCollection("sessions").createIndex({"expires":1}, {"expireAfterSeconds":0})',
  'db.getCollection("verification_tokens").createIndex({"identifier":1,"token":1}, {"unique":true})',
  'db.getCollection("verification_tokens").createIndex({"expires":1}, {"expireAfterSeconds":0})',
  'db.getCollection("authenticators").createIndex({"credentialID":1}, {"unique":true})',
  'db.getCollection("authenticators").createIndex({"userId":1})',
  'db.getCollection("express_authjs_revocations").createIndex({"expires":1}, {"expireAfterSeconds":0})',
  'db.getCollection("express_authjs_sessions").createIndex({"userId":1})',
  'db.getCollection("express_authjs_sessions").createIndex({"expires":1}, {"expireAfterSeconds":0})',
  'db.getCollection("express_authjs_locks").createIndex({"expires":1}, {"expireAfterSeconds":0})',
  'db.getCollection("express_authjs_limits").createIndex({"expires":1}, {"expireAfterSeconds":0})',
  'db.getCollection("express_authjs_audit").createIndex({"userId":1,"_id":1})',
  'db.getCollection("express_authjs_audit").createIndex({"event":1,"_id":1})',
  'db.getCollection("express_authjs_audit").createIndex({"expires":1}, {"expireAfterSeconds":0})',
  'db.getCollection("express_authjs_password_tokens").createIndex({"identifier":1})',
  'db.getCollection("express_authjs_password_tokens").createIndex({"expires":1}, {"expireAfterSeconds":0})',
]

for (const [name, place] of mongoPlaces)
  describe(`migrate() on ${name}`, () => {
    let client: MongoClient
    let drop: () => Promise<void>
    let db: DatabaseAdapter
    beforeEach(async () => {
      const empty = await place()
      drop = empty.drop
      client = new MongoClient(empty.url)
      db = database(client)
    })
    afterEach(async () => {
      await client.close()
      await drop()
    })

    it("makes the indexes that were pending, once", async () => {
      expect(await pending(db)).to.deep.equal(commands)
      expect(await migrate(db)).to.deep.equal(commands)
      expect(await pending(db)).to.deep.equal([])
      expect(await migrate(db)).to.deep.equal([])
    })

    it("may be run by five processes at once", async () => {
      await Promise.all(Array.from({ length: 5 }, () => migrate(database(client))))
      expect(await pending(db)).to.deep.equal([])
    })

    it("is done with them whatever way its client reads numbers", async () => {
      await migrate(db)
      for (const options of [{ promoteValues: false }, { useBigInt64: true }]) {
        const other = database(client.db(undefined, options))
        expect(await pending(other)).to.deep.equal([])
      }
    })

    it("takes an index that is there for its own, where it is as strict", async () => {
      await client.db().collection("users").createIndex({ email: 1 }, { unique: true, name: "emails" })
      await client.db().collection("sessions").createIndex({ expires: 1 })
      expect(await migrate(db)).to.have.length(commands.length - 2)
    })

    it("names the index that conflicts with a unique one, and creates none", async () => {
      const [keys, partialFilterExpression] = [
        { provider: 1, providerAccountId: 1 },
        { type: "oidc" },
      ] as const
      await client.db().collection("accounts").createIndex(keys, { unique: true, partialFilterExpression })
      const error: unknown = await migrate(db).catch((reason: unknown) => reason)
      expect(error).to.include({ code: "ERR_AUTH_INVALID_OPTION" })
      expect(error).to.have.property("message").that.includes(String(commands[1])).and.includes("`names`")
      expect(
        await client
          .db()
          .collection("users")
          .indexes()
          .catch(() => []),
      ).to.deep.equal([])
    })

    it("names the duplicate documents", async () => {
      const users = client.db().collection("users")
      await users.insertMany([{ email: "ada@example.com" }, { email: "ada@example.com" }])
      const error: unknown = await migrate(db).catch((reason: unknown) => reason)
      expect(error)
        .to.have.property("message")
        .that.matches(/E11000 .*ada@example\.com/)
    })
  })

describe("sql() of MongoDB", () => {
  it("is the commands for its shell, without connecting", async () => {
    const db = database("mongodb://unknown@127.0.0.1:1/nowhere")
    expect(sql(db).split("\n\n")).to.have.length(commands.length)
    expect(sql(db)).to.include(`${commands[0]};`)
    await db.close()
  })

  it("has the names it is given", async () => {
    const db = database("mongodb://127.0.0.1:1", { names: { users: "people", columns: { email: "mail" } } })
    expect(sql(db)).to.include('db.getCollection("people").createIndex({"mail":1}')
    await db.close()
  })
})
