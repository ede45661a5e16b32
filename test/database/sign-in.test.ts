import { expect } from "chai"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import { sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { json, useSessionApps } from "../support/session-apps.js"
import { until } from "../support/until.js"
import { UserAgent } from "../support/user-agent.js"
import { type MongoPlace, mongoPlaces } from "./mongo-servers.js"
import { mariadb, postgres, type TestServer } from "./servers.js"

describe("signing in with rows in a database", () => {
  describeSignIn("SQLite", async () => ({ url: "sqlite::memory:", drop: async () => {} }))
  if (postgres) describeSignIn("PostgreSQL", postgres)
  if (mariadb) describeSignIn("MariaDB", mariadb)
  for (const [name, place] of mongoPlaces) describeSignIn(name, place)
})

function describeSignIn(name: string, place: TestServer | MongoPlace): void {
  describe(`on ${name}`, () => {
    const { start, demo } = useAuthApps()
    const startSessionApp = useSessionApps()
    let adapter: DatabaseAdapter
    let drop: () => Promise<void>
    before(async () => {
      const empty = await place()
      adapter = database(empty.url)
      drop = empty.drop
      await migrate(adapter)
    })
    after(() => adapter.close().then(drop))

    it("makes a user, an account and a session of a sign-in by OpenID Connect", async () => {
      const app = await start({ adapter, session: { strategy: "database" }, providers: [demo()] })
      const agent = new UserAgent()
      await signIn(agent, app.url)
      const user = await adapter.getUserByEmail("ada@example.com")
      if (!user) throw new Error(`No user was made; the log says ${JSON.stringify(app.logs)}`)
      expect((await sessionOf(agent, app.url))?.user).to.include({ id: user.id, name: "Ada Lovelace" })
      const [account] = await adapter.listAccounts(user.id)
      expect(account).to.include({ provider: "demo", type: "oidc", userId: user.id })
      expect(account?.expires_at).to.be.a("number")
      expect(await adapter.listSessions(user.id)).to.have.length(1)
    })

    it("finds the same user at the second sign-in, and ends the session at sign-out", async () => {
      const app = await start({ adapter, session: { strategy: "database" }, providers: [demo()] })
      const agent = new UserAgent()
      await signIn(agent, app.url, { name: "Grace Hopper" })
      const first = await sessionOf(agent, app.url)
      const page = await agent.get(`${app.url}/auth/signout`)
      await agent.submit(page)
      expect(await sessionOf(agent, app.url)).to.equal(null)
      expect(await adapter.listSessions(String(first?.user.id))).to.deep.equal([])
      await signIn(new UserAgent(), app.url, { name: "Grace Hopper" })
      expect(await adapter.listSessions(String(first?.user.id))).to.have.length(1)
      expect(await adapter.listAccounts(String(first?.user.id))).to.have.length(1)
    })

    it("makes a session of a sign-in by credentials, and lists and ends it", async () => {
      const { id } = await adapter.createUser({ id: "4711", email: "joan@example.com", emailVerified: null })
      const authorize = () => ({ id })
      const app = await startSessionApp({
        adapter,
        session: { strategy: "database" },
        providers: [{ id: "credentials", name: "Name", type: "credentials", credentials: {}, authorize }],
      })
      const visitor = await app.visitor()
      expect((await visitor.get("/guarded")).status).to.equal(401)
      await visitor.post("/login")
      expect(json(await visitor.get("/guarded"))).to.have.nested.property("user.email", "joan@example.com")
      const [listed] = await app.auth.sessions.list(id)
      await app.auth.sessions.revoke(listed?.id ?? "")
      expect((await visitor.get("/guarded")).status).to.equal(401)
      expect(await adapter.listSessions(id)).to.deep.equal([])
    })
  })
}

describe("a database that cannot be reached", () => {
  const { start } = useAuthApps()
  const startSessionApp = useSessionApps()

  const nowhere = [
    "postgres://unknown@127.0.0.1:1/nowhere",
    "mysql://unknown@127.0.0.1:1/nowhere",
    "mongodb://127.0.0.1:1/nowhere?serverSelectionTimeoutMS=100",
  ]
  for (const url of nowhere)
    it(`is an error, and the cookie stays: ${new URL(url).protocol}`, async () => {
      const adapter = database(url)
      const app = await startSessionApp({ adapter, session: { strategy: "database" } })
      const visitor = await app.visitor("some-session-token")
      const visit = await visitor.get("/guarded")
      expect(visit.status).to.equal(503)
      expect(json(visit)).to.include({ code: "ERR_AUTH_SESSION" })
      expect(visit.setCookies).to.deep.equal([])
      expect(await visitor.sealed()).to.equal("some-session-token")
      await adapter.close()
    })

  const killers: [string, TestServer | undefined, list: string, kill: string][] = [
    [
      "PostgreSQL",
      postgres,
      "select pid as id from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      "select pg_terminate_backend(?)",
    ],
    [
      "MariaDB",
      mariadb,
      "select id as id from information_schema.processlist where db = database() and id <> connection_id()",
      "kill ?",
    ],
  ]
  for (const [name, server, list, kill] of killers) {
    if (!server) continue
    it(`is back by itself after ${name} has dropped idle connections`, async () => {
      const { url, query, drop } = await server()
      const adapter = database(url, { migrate: true })
      expect(await adapter.getSessionAndUser("unknown")).to.equal(null)
      for (const { id } of await query(list)) await query(kill.replace("?", String(id)))
      await until(async () => (await query(list)).length === 0)
      expect(await adapter.getSessionAndUser("unknown")).to.equal(null)
      await adapter.close()
      await drop()
    })
  }

  const holders: [string, TestServer | undefined, hold: string, letGo: string][] = [
    ["PostgreSQL", postgres, "begin; lock table sessions", "commit"],
    ["MariaDB", mariadb, "lock tables sessions write", "unlock tables"],
  ]
  it("answers 503 while a server is there and does not respond, and 401 once it does", async () => {
    const holdAndAsk = async (server: TestServer, hold: string, letGo: string) => {
      const { url, query, drop } = await server()
      const adapter = database(url, { migrate: true })
      expect(await adapter.getSessionAndUser("unknown")).to.equal(null)
      const app = await startSessionApp({ adapter, session: { strategy: "database" } })
      const visitor = await app.visitor("some-session-token")
      await query(hold)
      expect((await visitor.get("/guarded")).status).to.equal(503)
      expect(await visitor.sealed()).to.equal("some-session-token")
      await query(letGo)
      expect((await visitor.get("/guarded")).status).to.equal(401)
      await adapter.close()
      await drop()
    }
    // At the same time, because each takes the five seconds of the default timeout.
    await Promise.all(
      holders.map(([, server, hold, letGo]) => (server ? holdAndAsk(server, hold, letGo) : undefined)),
    )
  })

  it("sends a user who signs in to the error page", async () => {
    const adapter = database("postgres://unknown@127.0.0.1:1/nowhere")
    const app = await start({ adapter, session: { strategy: "database" } })
    const agent = new UserAgent()
    expect((await startSignIn(agent, app.url)).status).to.be.lessThan(400)
    const answer = await signIn(agent, app.url)
    expect(answer.headers.get("location") ?? answer.body).to.include("error")
    await adapter.close()
  })
})
