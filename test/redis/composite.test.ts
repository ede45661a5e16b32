import { expect } from "chai"
import { compose } from "express-authjs/adapters"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import { type RedisStore, redis } from "express-authjs/redis"
import { mariadb, postgres, type TestServer } from "../database/servers.js"
import { describeAdapter } from "../support/adapter-contract.js"
import { sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { UserAgent } from "../support/user-agent.js"
import { newPrefix, type OpenRedis, redisClients } from "./servers.js"

interface Composite {
  users: DatabaseAdapter
  store: RedisStore
  close(): Promise<void>
}

const [firstClient] = redisClients
if (firstClient) describeComposites(firstClient[1])

function describeComposites(openRedis: OpenRedis): void {
  const servers = Object.entries({ PostgreSQL: postgres, MariaDB: mariadb })

  async function open(server: TestServer): Promise<Composite> {
    const { url, drop } = await server()
    const users = database(url)
    await migrate(users)
    const { prefix, drop: dropKeys } = newPrefix()
    const { client, close } = await openRedis()
    const closeAll = () => users.close().then(drop).then(close).then(dropKeys)
    return { users, store: redis(client, { prefix }), close: closeAll }
  }

  for (const [name, server] of servers) {
    if (!server) continue
    describeAdapter(`users in ${name}, sessions in Redis`, async () => {
      const { users, store, close } = await open(server)
      return { adapter: compose({ users, sessions: store, verificationTokens: store }), close }
    })
    describe(`signing in with users in ${name} and sessions in Redis`, () =>
      describeSignIn(() => open(server), openRedis))
  }
}

function describeSignIn(openComposite: () => Promise<Composite>, openRedis: OpenRedis): void {
  const { start, demo } = useAuthApps()
  let composite: Composite
  before(async () => {
    composite = await openComposite()
  })
  after(() => composite.close())

  it("keeps the session in Redis alone, and ends it at sign-out", async () => {
    const { users, store } = composite
    const adapter = compose({ users, sessions: store, verificationTokens: store })
    const app = await start({ adapter, session: { strategy: "database" }, providers: [demo()] })
    const agent = new UserAgent()
    await signIn(agent, app.url)
    const session = await sessionOf(agent, app.url)
    const id = String(session?.user.id)
    expect(session?.user).to.include({ name: "Ada Lovelace" })
    expect(await users.listSessions(id)).to.deep.equal([])
    expect(await store.listSessions(id)).to.have.length(1)
    expect(await app.auth.sessions.list(id)).to.have.length(1)
    await agent.submit(await agent.get(`${app.url}/auth/signout`))
    expect(await sessionOf(agent, app.url)).to.equal(null)
    expect(await store.listSessions(id)).to.deep.equal([])
  })

  it("signs out a deleted user", async () => {
    const { users, store } = composite
    const adapter = compose({ users, sessions: store, verificationTokens: store })
    const app = await start({ adapter, session: { strategy: "database" }, providers: [demo()] })
    const agent = new UserAgent()
    await signIn(agent, app.url, { name: "Grace Hopper" })
    const id = String((await sessionOf(agent, app.url))?.user.id)
    await adapter.deleteUser(id)
    expect(await sessionOf(agent, app.url)).to.equal(null)
    expect(await store.listSessions(id)).to.deep.equal([])
  })

  it("ends a session in cookies that another process serves, within the time it may be stale", async () => {
    const { prefix, drop } = newPrefix()
    const open = async () => {
      const { client, close } = await openRedis()
      const { revocation } = redis(client, { prefix, maxStale: 0.2 })
      const app = await start({ revocation, session: { strategy: "jwt" }, providers: [demo()] })
      return { app, close }
    }
    const [here, there] = [await open(), await open()]
    const agent = new UserAgent()
    await signIn(agent, here.app.url, { name: "Mary Somerville" })
    const session = await sessionOf(agent, there.app.url)
    expect(session?.user).to.include({ name: "Mary Somerville" })
    await here.app.auth.sessions.revokeUser(String(session?.user.id))
    const revoked = performance.now()
    const cookie = await agent.cookies.getCookieString(here.app.url)
    const copy = new UserAgent({ headers: { cookie } })
    expect(await sessionOf(agent, here.app.url)).to.equal(null)
    while ((await sessionOf(copy, there.app.url)) !== null)
      expect(performance.now() - revoked).to.be.below(5000)
    await Promise.all([here.close(), there.close()]).then(drop)
  })

  it("ends sessions in cookies by Redis", async () => {
    const { revocation } = composite.store
    const app = await start({ revocation, session: { strategy: "jwt" }, providers: [demo()] })
    const agent = new UserAgent()
    await signIn(agent, app.url, { name: "Joan Clarke" })
    const id = String((await sessionOf(agent, app.url))?.user.id)
    expect(await app.auth.sessions.list(id)).to.have.length(1)
    await app.auth.sessions.revokeUser(id)
    expect(await sessionOf(agent, app.url)).to.equal(null)
  })
}
