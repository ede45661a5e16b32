import { join } from "node:path"
import { expect } from "chai"
import { database, migrate } from "express-authjs/database"
import Database from "libsql"
import { createFolder } from "../database/servers.js"
import { secret, useSessionApps } from "../support/session-apps.js"

/** What the guide tells you to do for each place of sessions after restoring a backup. */
const remedies = {
  database: { sql: "delete from sessions", secret },
  jwt: { sql: "select 1", secret: "a new secret of at least thirty-two characters" },
} as const

describe("a restored backup of the database", () => {
  const start = useSessionApps()
  let folder: Awaited<ReturnType<typeof createFolder>>
  let file: string

  beforeEach(async () => {
    folder = await createFolder()
    file = join(folder.path, "auth.db")
    await withDatabase((db) => migrate(db))
  })
  afterEach(() => folder.remove())

  async function withDatabase<Result>(use: (db: ReturnType<typeof database>) => Promise<Result>) {
    const db = database(`sqlite:${file}`)
    try {
      return await use(db)
    } finally {
      await db.close()
    }
  }

  async function createAda() {
    return withDatabase(async (db) =>
      db.createUser({ id: "", name: "Ada", email: "ada@example.com", emailVerified: null }),
    )
  }

  function execute(sql: string): void {
    const connection = new Database(file)
    connection.exec(sql)
    connection.close()
  }

  for (const [strategy, remedy] of Object.entries(remedies) as [
    keyof typeof remedies,
    (typeof remedies)["jwt"],
  ][])
    it(`revives sessions that ended (${strategy}), until they are ended as the guide says`, async () => {
      const ada = await createAda()
      const withApp = <Result>(
        use: (app: Awaited<ReturnType<typeof start>>) => Promise<Result>,
        key: string = secret,
      ) =>
        withDatabase(async (adapter) => {
          const authorize = () => ({ id: ada.id })
          const provider = {
            id: "credentials",
            name: "Name",
            type: "credentials",
            credentials: {},
            authorize,
          } as const
          return use(await start({ adapter, session: { strategy }, secret: key, providers: [provider] }))
        })
      const statusOf = (cookie: string | undefined, key?: string) =>
        withApp(async (app) => (await (await app.visitor(cookie)).get("/guarded")).status, key)

      const cookie = await withApp(async (app) => {
        const visitor = await app.visitor()
        await visitor.post("/login")
        return visitor.sealed()
      })
      expect(await statusOf(cookie)).to.equal(200)
      const backup = join(folder.path, "backup.db")
      execute(`vacuum into '${backup}'`)
      await withApp(async (app) => (await app.visitor(cookie)).post("/logout", { everywhere: "yes" }))
      expect(await statusOf(cookie)).to.equal(401)

      file = backup
      expect(await statusOf(cookie)).to.equal(200)
      execute(remedy.sql)
      expect(await statusOf(cookie, remedy.secret)).to.equal(401)
    })

  it("keeps sessions in the database whatever the secret is", async () => {
    const ada = await createAda()
    await withDatabase(async (adapter) => {
      const expires = new Date(Date.now() + 60_000)
      await adapter.createSession({ sessionToken: "the-token", userId: ada.id, expires })
      for (const key of [secret, "a new secret of at least thirty-two characters"]) {
        const app = await start({ adapter, secret: key, providers: [] })
        expect((await (await app.visitor("the-token")).get("/guarded")).status).to.equal(200)
      }
    })
  })
})
