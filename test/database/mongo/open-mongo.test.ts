import { expect } from "chai"
import { type DatabaseOptions, database } from "express-authjs/database"
import { MongoClient } from "mongodb"
import { configErrorOf } from "../../support/config-error.js"
import { startMongoServer } from "../../support/mongo-server.js"
import { json, useSessionApps } from "../../support/session-apps.js"
import { until } from "../../support/until.js"

describe("a connection to MongoDB", () => {
  const startSessionApp = useSessionApps()

  it("is opened from both kinds of URL, and connects when it is first used", async () => {
    for (const url of [
      "mongodb://127.0.0.1:1/app",
      "mongodb+srv://cluster.example.invalid/app",
      "MongoDB://127.0.0.1:1",
    ])
      await database(url).close()
  })

  it("explains the fault of a URL without its password", () => {
    for (const url of [
      "mongodb://ada:se/cret@localhost",
      "mongodb://ada:secret@",
      "mongodb://h/app?tls=maybe#secret",
    ]) {
      const message = configErrorOf(() => database(url))
      expect(message).to.match(/^ERR_AUTH_INVALID_OPTION: .*percent-encoded/)
      expect(message).to.not.include("cret@").and.not.include("#secret")
    }
  })

  it("refuses names that MongoDB would read as something else, and ids it does not make", () => {
    const wrong: [DatabaseOptions, string][] = [
      [{ names: { columns: { email: "contact.email" } } }, '"contact.email" cannot be a field'],
      [{ userColumns: { $role: "text" } }, '"$role" cannot be a field'],
      [{ ids: "uuid" }, "an ObjectId each"],
      [{ names: { columns: { mail: "m" } } } as DatabaseOptions, 'Did you mean "email"?'],
    ]
    for (const [options, message] of wrong)
      expect(configErrorOf(() => database("mongodb://127.0.0.1:1", options))).to.include(message)
  })

  it("is the app's own client or Db too, and closes with the adapter", async () => {
    const server = await startMongoServer()
    for (const open of [(client: MongoClient) => client, (client: MongoClient) => client.db("other")]) {
      const db = database(open(new MongoClient(server.url)))
      const user = await db.createUser({ id: "", email: "ada@example.com", emailVerified: null })
      expect(await db.getUser(user.id)).to.deep.equal(user)
      expect(server.connections()).to.be.greaterThan(0)
      await db.close()
      await until(() => server.connections() === 0)
    }
    await server.stop()
  })

  it("is no wait without end while the server is there and does not answer", async () => {
    const server = await startMongoServer()
    const adapter = database(server.url)
    expect(await adapter.getSessionAndUser("unknown")).to.equal(null)
    const app = await startSessionApp({ adapter, session: { strategy: "database" } })
    const visitor = await app.visitor("some-session-token")
    server.suspend()
    const visit = await visitor.get("/guarded")
    expect(visit.status).to.equal(503)
    expect(json(visit)).to.include({ code: "ERR_AUTH_SESSION" })
    expect(await visitor.sealed()).to.equal("some-session-token")
    server.resume()
    expect((await visitor.get("/guarded")).status).to.equal(401)
    await adapter.close()
    await server.stop()
  })
})
