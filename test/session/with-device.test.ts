import type { Adapter, AdapterSession } from "@auth/core/adapters"
import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { compose } from "express-authjs/adapters"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import Database from "libsql"
import { newPrefix, redisClients } from "../redis/servers.js"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { signIn, useAuthApps } from "../support/auth-apps.js"
import { atTime, day, minute, now, useSessionApps, type Visitor } from "../support/session-apps.js"
import { UserAgent } from "../support/user-agent.js"

const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
const safari =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"

describe("the device of a session in a row", () => {
  const startSessionApp = useSessionApps()
  const { start: startAuthApp, demo } = useAuthApps()
  const open: DatabaseAdapter[] = []
  afterEach(() => Promise.all(open.splice(0).map((db) => db.close())))

  function openDatabase(connection = new Database(":memory:")): DatabaseAdapter {
    const db = database(connection)
    open.push(db)
    return db
  }

  async function start(adapter: Adapter, config: Partial<ExpressAuthConfig> = {}) {
    await adapter.createUser?.({ id: "ada", email: "ada@example.com", emailVerified: null })
    const app = await startSessionApp({ adapter, ...config })
    const enter = async (userAgent?: string): Promise<Visitor> => {
      const headers: Record<string, string> = userAgent === undefined ? {} : { "user-agent": userAgent }
      const visitor = await app.visitor(undefined, { headers })
      await visitor.post("/login", { name: "ada" })
      return visitor
    }
    return { ...app, enter, list: () => app.auth.sessions.list("ada") }
  }

  it("is listed with the time it was last used, without a revocation store", async () => {
    const db = openDatabase()
    await migrate(db)
    const { enter, list } = await start(db)
    await enter(firefox)
    await enter(safari)
    await enter()
    const listed = await list()
    expect(listed.map(({ device }) => device)).to.have.members([
      "Firefox on Windows",
      "Safari on iOS",
      undefined,
    ])
    for (const { lastUsedAt } of listed) expect(Number(lastUsedAt) / 1000).to.be.closeTo(now(), 5)
  })

  it("is that of a browser that came back from a provider", async () => {
    const db = openDatabase()
    await migrate(db)
    const { url, auth } = await startAuthApp({ adapter: db, providers: [demo()] })
    await signIn(new UserAgent({ headers: { "user-agent": firefox } }), url)
    const user = await db.getUserByEmail("ada@example.com")
    const listed = await auth.sessions.list(user?.id ?? "")
    expect(listed.map(({ device }) => device)).to.deep.equal(["Firefox on Windows"])
  })

  it("is written with each renewal, and at no other time", async () => {
    const db = openDatabase()
    await migrate(db)
    const updates: unknown[] = []
    const { updateSession } = db
    db.updateSession = (changes) => {
      updates.push(changes)
      return updateSession(changes)
    }
    const { enter, list, auth } = await start(db, { session: { maxAge: 30 * day, updateAge: day } })
    const visitor = await enter(firefox)
    const [begun] = await list()
    await atTime(now() + day - minute, async () => void (await visitor.get("/guarded")))
    expect([updates, (await list())[0]]).to.deep.equal([[], begun])
    await atTime(now() + day + minute, async () => {
      expect((await visitor.get("/guarded")).status).to.equal(200)
      const [used] = await auth.sessions.list("ada")
      expect(Number(used?.lastUsedAt) / 1000).to.be.closeTo(now(), 5)
      expect(used?.device).to.equal("Firefox on Windows")
    })
    expect(updates).to.have.length(1)
  })

  it("is bounded, and taken for text", async () => {
    const db = openDatabase()
    await migrate(db)
    const { enter } = await start(db)
    await enter(`${"'; drop table sessions; --".repeat(100)}`)
    const [row] = await db.listSessions("ada")
    expect(row?.userAgent).to.have.length(512)
  })

  it("is not known where the table has no column for it, until migrate() makes one", async () => {
    const connection = new Database(":memory:")
    const db = openDatabase(connection)
    await migrate(db)
    for (const column of ["userAgent", "lastUsedAt"])
      connection.exec(`alter table sessions drop column "${column}"`)
    const { enter, list } = await start(db, { session: { updateAge: 0 } })
    const visitor = await enter(firefox)
    expect((await visitor.get("/guarded")).status).to.equal(200)
    expect(await list()).to.have.length(1)
    expect((await list())[0]).to.not.have.any.keys("device", "lastUsedAt")
    expect(await migrate(db)).to.have.length(2)
    expect((await visitor.get("/guarded")).status).to.equal(200)
    await enter(safari)
    expect((await list()).map(({ device }) => device)).to.have.members([
      "Firefox on Windows",
      "Safari on iOS",
    ])
  })

  it("is not passed to adapters that do not store it, nor to callbacks", async () => {
    const adapter = createExtendedAdapter()
    const rows: object[] = []
    const { createSession, updateSession } = adapter
    adapter.createSession = (row: AdapterSession) => {
      rows.push(row)
      return createSession(row)
    }
    adapter.updateSession = (changes) => {
      rows.push(changes)
      return updateSession(changes)
    }
    const { enter } = await start(adapter, { session: { updateAge: 0 } })
    await (await enter(firefox)).get("/guarded")
    expect(rows.map(Object.keys)).to.deep.equal([
      ["sessionToken", "userId", "expires", "signIn"],
      ["sessionToken", "expires"],
    ])

    const db = openDatabase()
    await migrate(db)
    const seen: string[] = []
    const session: NonNullable<ExpressAuthConfig["callbacks"]>["session"] = (params) => {
      seen.push(...Object.keys(params.session))
      return params.session
    }
    const app = await start(db, { callbacks: { session } })
    await (await app.enter(firefox)).get("/guarded")
    expect(seen).to.include("sessionToken").and.not.include.members(["userAgent"])
  })

  const [firstClient] = redisClients
  if (firstClient)
    it("is kept with sessions in Redis, and not with those of a store that does not say so", async () => {
      const users = openDatabase()
      await migrate(users)
      const { prefix, drop } = newPrefix()
      const { client, close } = await firstClient[1]()
      const store = redis(client, { prefix })
      const { enter, list } = await start(compose({ users, sessions: store }))
      const visitor = await enter(safari)
      expect((await list()).map(({ device }) => device)).to.deep.equal(["Safari on iOS"])
      const row = await store.getSession((await visitor.sealed()) ?? "")
      expect(row).to.have.all.keys("sessionToken", "userId", "expires", "signIn")
      const { keepsDevices: _, ...other } = store
      expect(compose({ users, sessions: other }).keepsDevices).to.equal(false)
      await close()
      await drop()
    })
})
