import { randomUUID } from "node:crypto"
import { expect } from "chai"
import { type DatabaseAdapter, type DatabaseOptions, database } from "express-authjs/database"
import { type Db, MongoClient, ObjectId } from "mongodb"
import { type MongoServer, startMongoServer } from "../../support/mongo-server.js"

const inAnHour = () => new Date(Date.now() + 60 * 60_000)

describe("database() of MongoDB", () => {
  let server: MongoServer
  let client: MongoClient
  let mongo: Db
  let db: DatabaseAdapter
  let opened: DatabaseAdapter[]

  const open = (options: DatabaseOptions = {}) => {
    const adapter = database(server.url, { migrate: true, ...options })
    opened.push(adapter)
    return adapter
  }
  const addUser = (values: object = {}) =>
    db.createUser({ id: randomUUID(), email: "ada@example.com", emailVerified: null, ...values })

  beforeEach(async () => {
    opened = []
    server = await startMongoServer()
    client = new MongoClient(server.url)
    mongo = client.db()
    db = open()
  })
  afterEach(async () => {
    for (const adapter of opened) await adapter.close()
    await client.close()
    await server.stop()
  })

  /** The names of the commands that something takes. */
  async function commandsOf(act: () => unknown): Promise<string[]> {
    const before = server.commands.length
    await act()
    return server.commands.slice(before)
  }

  it("reads a session and its user by one command, and uses up a token by one", async () => {
    const { id: userId } = await addUser()
    await db.createSession({ sessionToken: "t", userId, expires: inAnHour() })
    await db.createVerificationToken({ identifier: "a", token: "t", expires: inAnHour() })
    expect(await commandsOf(() => db.getSessionAndUser("t"))).to.deep.equal(["aggregate"])
    const use = () => db.useVerificationToken({ identifier: "a", token: "t" })
    expect(await commandsOf(use)).to.deep.equal(["findAndModify"])
  })

  it("takes operators for text, so that no value matches what it is not", async () => {
    const { id: userId } = await addUser()
    await db.createSession({ sessionToken: "secret", userId, expires: inAnHour() })
    await db.createVerificationToken({ identifier: "a", token: "secret", expires: inAnHour() })
    for (const operator of [{ $ne: null }, { $gt: "" }, { $exists: true }, /./]) {
      const any = operator as unknown as string
      expect(await db.getSessionAndUser(any)).to.equal(null)
      expect(await db.getUser(any)).to.equal(null)
      expect(await db.getUserByEmail(any)).to.equal(null)
      await db.deleteUserSessions(any)
      await db.deleteUser(any)
      expect(await db.useVerificationToken({ identifier: "a", token: any })).to.equal(null)
    }
    expect(await db.getSessionAndUser("secret")).to.not.equal(null)
    expect(await db.useVerificationToken({ identifier: "a", token: "secret" })).to.not.equal(null)
  })

  it("takes no key for another where half a character is missing", async () => {
    const { id: userId } = await addUser()
    const account = { userId, type: "oidc", provider: "demo" } as const
    await db.linkAccount({ ...account, providerAccountId: "ada \ufffd" })
    expect(await db.getUserByAccount({ provider: "demo", providerAccountId: "ada \ud800" })).to.equal(null)
    await db.unlinkAccount({ provider: "demo", providerAccountId: "ada \ud800" })
    expect(await db.listAccounts(userId)).to.have.length(1)
  })

  it("keeps unknown fields in the database", async () => {
    const { id } = await addUser({ role: "admin", password: "hash" })
    await mongo.collection("users").updateOne({ email: "ada@example.com" }, { $set: { password: "hash" } })
    const fields = ["id", "email", "emailVerified", "name", "image"]
    expect(await db.getUser(id)).to.have.all.keys(fields)
    const told = open({ userColumns: { role: "text" } })
    expect(await told.updateUser({ id, role: "owner" } as never)).to.have.all.keys([...fields, "role"])
    expect(await mongo.collection("users").findOne()).to.include({ role: "owner", password: "hash" })
  })

  it("lets many users have no e-mail address", async () => {
    for (const email of [null, undefined, null]) await addUser({ email })
    expect(
      await mongo
        .collection("users")
        .countDocuments({ email: null })
        .catch(() => 3),
    ).to.equal(3)
  })

  it("keeps times and numbers as MongoDB's own, and ids as its ObjectId", async () => {
    const { id: userId } = await addUser({ emailVerified: new Date(1) })
    const account = { userId, type: "oidc", provider: "demo", providerAccountId: "1" } as const
    await db.linkAccount({ ...account, expires_at: 253_402_300_799 })
    expect(await mongo.collection("users").findOne()).to.deep.include({
      _id: new ObjectId(userId),
      emailVerified: new Date(1),
    })
    expect(await mongo.collection("accounts").findOne()).to.deep.include({
      userId: new ObjectId(userId),
      expires_at: 253_402_300_799,
    })
  })

  it("serves users whose ids are text", async () => {
    await mongo.collection<{ _id: string; email: string }>("users").insertOne({
      _id: "ada",
      email: "ada@example.com",
    })
    await db.createSession({ sessionToken: "t", userId: "ada", expires: inAnHour() })
    expect(await db.getSessionAndUser("t")).to.have.nested.property("user.id", "ada")
    expect(await db.updateUser({ id: "ada", name: "Ada" })).to.include({ id: "ada", name: "Ada" })
    await db.deleteUser("ada")
    expect(await db.getUserByEmail("ada@example.com")).to.equal(null)
    expect(await db.listSessions("ada")).to.deep.equal([])
  })

  it("counts a session whose user is gone as none", async () => {
    const { id: userId } = await addUser()
    await db.createSession({ sessionToken: "t", userId, expires: inAnHour() })
    await mongo.collection("users").deleteOne({ email: "ada@example.com" })
    expect(await db.getSessionAndUser("t")).to.equal(null)
  })

  it("deletes a user before all that belongs to the user", async () => {
    const { id } = await addUser()
    const deleted: unknown[] = []
    const watched = new MongoClient(server.url, { monitorCommands: true })
    watched.on("commandStarted", ({ command }) => command.delete && deleted.push(command.delete))
    const adapter = database(watched)
    opened.push(adapter)
    await adapter.deleteUser(id)
    expect(deleted.slice(0, 4)).to.deep.equal(["users", "sessions", "accounts", "authenticators"])
    expect(deleted).to.include.members([
      "express_authjs_audit",
      "express_authjs_passwords",
      "express_authjs_password_tokens",
      "express_authjs_sessions",
      "verification_tokens",
    ])
  })

  it("revives nothing of a user whose deletion was interrupted", async () => {
    const { id: userId } = await addUser()
    const account = { provider: "demo", providerAccountId: "7", type: "oidc" } as const
    await db.linkAccount({ ...account, userId })
    await db.linkAccount({ ...account, providerAccountId: "8", userId })
    await db.createSession({ sessionToken: "old", userId, expires: inAnHour() })
    await db.passwords.add(userId, "hash")
    await mongo.collection("users").deleteOne({ email: "ada@example.com" })
    const again = { id: "", email: "ada@example.com", emailVerified: null }
    const user = await db.createUserWithAccount?.(again, account)
    expect(await db.getUserByAccount(account)).to.have.property("id", user?.id)
    expect(await db.listAccounts(String(user?.id))).to.have.lengthOf(1)
    expect(await db.getSessionAndUser("old")).to.equal(null)
    expect(await db.passwords.get(userId)).to.equal(undefined)
  })

  it("purges what has expired, where the server has not done so", async () => {
    const { id: userId } = await addUser()
    const past = new Date(Date.now() - 1000)
    await db.createSession({ sessionToken: "past", userId, expires: past })
    await db.createSession({ sessionToken: "future", userId, expires: inAnHour() })
    await db.createVerificationToken({ identifier: "past", token: "t", expires: past })
    await db.purgeExpired()
    expect(await db.getSessionAndUser("past")).to.equal(null)
    expect(await db.getSessionAndUser("future")).to.not.equal(null)
    expect(await db.useVerificationToken({ identifier: "past", token: "t" })).to.equal(null)
  })
})
