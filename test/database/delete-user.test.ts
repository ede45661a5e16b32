import { expect } from "chai"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import Database from "libsql"
import { mariadb, postgres, type TestServer } from "./servers.js"

/** Makes the deletion of a user fail after all that belongs to the user is deleted. */
const failing = {
  SQLite: "create trigger no before delete on users begin select raise(abort, 'no'); end",
  PostgreSQL: `create function no() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger no before delete on users for each row execute function no()`,
  MariaDB: "create trigger no before delete on users for each row signal sqlstate '45000'",
}

describe("deleting a user with everything", () => {
  describeDeletion("SQLite", async () => {
    const connection = new Database(":memory:")
    return { source: connection, query: async (sql) => connection.exec(sql), drop: async () => {} }
  })
  if (postgres) describeDeletion("PostgreSQL", onServer(postgres))
  if (mariadb) describeDeletion("MariaDB", onServer(mariadb))
})

interface Place {
  readonly source: Parameters<typeof database>[0]
  query(sql: string): Promise<unknown>
  drop(): Promise<void>
}

function onServer(server: TestServer): () => Promise<Place> {
  return async () => {
    const { url, ...place } = await server()
    return { source: url, ...place }
  }
}

function describeDeletion(name: keyof typeof failing, open: () => Promise<Place>): void {
  describe(`on ${name}`, () => {
    let place: Place
    let adapter: DatabaseAdapter
    beforeEach(async () => {
      place = await open()
      adapter = database(place.source)
      await migrate(adapter)
    })
    afterEach(() => adapter.close().then(place.drop))

    async function addUser(id: string) {
      const expires = new Date(Date.now() + 60_000)
      await adapter.createUser({ id, email: `${id}@example.com`, emailVerified: null })
      await adapter.linkAccount({ userId: id, provider: "demo", providerAccountId: id, type: "oidc" })
      await adapter.createSession({ sessionToken: `token-${id}`, userId: id, expires })
      await adapter.revocation?.remember?.({
        ...{ id: `session-${id}`, userId: id, createdAt: new Date(), lastUsedAt: new Date(), expires },
      })
      await adapter.createVerificationToken({ identifier: `${id}@example.com`, token: "t", expires })
      await adapter.createVerificationToken({ identifier: `address:${id}`, token: "t", expires })
      return { identifiers: [`${id}@example.com`, `address:${id}`] }
    }

    it("leaves nothing of the user, and everything of others", async () => {
      const { identifiers } = await addUser("ada")
      await addUser("grace")
      await adapter.deleteUser("ada")
      expect(await adapter.getUser("ada")).to.equal(null)
      expect(await adapter.listAccounts("ada")).to.deep.equal([])
      expect(await adapter.getSessionAndUser("token-ada")).to.equal(null)
      expect(await adapter.revocation?.list?.("ada")).to.deep.equal([])
      for (const identifier of identifiers)
        expect(await adapter.findVerificationToken?.({ identifier, token: "t" })).to.equal(null)
      expect(await adapter.listAccounts("grace")).to.have.lengthOf(1)
      expect(await adapter.listSessions("grace")).to.have.lengthOf(1)
      const kept = { identifier: "grace@example.com", token: "t" }
      expect(await adapter.findVerificationToken?.(kept)).to.include(kept)
    })

    it("is one transaction: a failure at its end leaves everything", async () => {
      await addUser("ada")
      await place.query(failing[name])
      const failure = await Promise.resolve(adapter.deleteUser("ada")).catch((error: Error) => error)
      expect(failure).to.have.property("message")
      expect(await adapter.getUser("ada")).to.include({ id: "ada" })
      expect(await adapter.listAccounts("ada")).to.have.lengthOf(1)
      expect(await adapter.listSessions("ada")).to.have.lengthOf(1)
    })
  })
}
