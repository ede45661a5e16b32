import { MongoDBAdapter } from "@auth/mongodb-adapter"
import { expect } from "chai"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import { MongoClient } from "mongodb"
import { type MongoServer, startMongoServer } from "../../support/mongo-server.js"

const ada = { name: "Ada", email: "ada@example.com", image: null, emailVerified: new Date(1_800_000_000_123) }
const expires = new Date(Date.now() + 60 * 60_000)

describe("documents of @auth/mongodb-adapter", () => {
  let server: MongoServer
  let client: MongoClient
  let ours: DatabaseAdapter
  let official: ReturnType<typeof MongoDBAdapter>

  beforeEach(async () => {
    server = await startMongoServer()
    client = new MongoClient(server.url)
    ours = database(server.url)
    official = MongoDBAdapter(client)
  })
  afterEach(async () => {
    await ours.close()
    await client.close()
    await server.stop()
  })

  const pairs = [
    ["are read and changed by ours", () => [official, ours] as const],
    ["are what ours writes: the official adapter reads and changes them", () => [ours, official] as const],
  ] as const
  for (const [title, pair] of pairs)
    it(title, async () => {
      const [writer, reader] = pair()
      await migrate(ours)
      const user = await writer.createUser?.({ id: "made by core", ...ada })
      const userId = String(user?.id)
      const account = { userId, provider: "demo", providerAccountId: "1", type: "oidc" } as const
      await writer.linkAccount?.({ ...account, expires_at: 253_402_300_799 })
      await writer.createSession?.({ sessionToken: "t", userId, expires })
      await writer.createVerificationToken?.({ identifier: ada.email, token: "t", expires })

      expect(await reader.getUser?.(userId)).to.deep.equal({ id: userId, ...ada })
      expect(await reader.getUserByEmail?.(ada.email)).to.include({ id: userId })
      const { provider, providerAccountId } = account
      expect(await reader.getUserByAccount?.({ provider, providerAccountId })).to.include({ id: userId })
      expect((await reader.getSessionAndUser?.("t"))?.session).to.deep.include({ userId, expires })
      expect(await reader.updateUser?.({ id: userId, name: "Augusta" })).to.include({ name: "Augusta" })
      const used = await reader.useVerificationToken?.({ identifier: ada.email, token: "t" })
      expect(used).to.deep.equal({ identifier: ada.email, token: "t", expires })
      await reader.deleteUser?.(userId)
      expect(await writer.getUser?.(userId)).to.equal(null)
      expect(await writer.getSessionAndUser?.("t")).to.equal(null)
    })
})
