import { expect } from "chai"
import { type ExpressAuthConfig, memoryRevocation } from "express-authjs"
import { database } from "express-authjs/database"
import { postgres } from "../database/servers.js"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { createMemoryAdapter, type MemoryAdapter } from "../support/memory-adapter.js"
import { useSessionApps } from "../support/session-apps.js"

describe("the end of database sessions", () => {
  const startApp = useSessionApps()
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  async function start(adapter: MemoryAdapter, config: Partial<ExpressAuthConfig> = {}) {
    for (const id of ["ada", "grace"])
      await adapter.createUser({ id, email: `${id}@example.com`, emailVerified: null })
    const app = await startApp({ adapter, ...config })
    const signedIn = async (name = "ada") => {
      const visitor = await app.visitor()
      await visitor.post("/login", { name })
      expect((await visitor.get("/guarded")).status).to.equal(200)
      return visitor
    }
    return { ...app, signedIn }
  }

  it("sign-out everywhere deletes all rows of the user", async () => {
    const adapter = createExtendedAdapter()
    const app = await start(adapter)
    const [phone, desk] = [await app.signedIn(), await app.signedIn()]
    const grace = await app.signedIn("grace")
    expect((await phone.post("/logout", { everywhere: "yes" })).headers.get("location")).to.equal(
      `${app.url}/`,
    )
    expect((await desk.get("/guarded")).status).to.equal(401)
    expect((await grace.get("/guarded")).status).to.equal(200)
    expect([...adapter.rows.sessions.values()].map(({ userId }) => userId)).to.deep.equal(["grace"])
  })

  it("an expired session cannot sign its user out everywhere", async () => {
    const adapter = createExtendedAdapter()
    const app = await start(adapter)
    await app.signedIn()
    await adapter.createSession({ sessionToken: "old", userId: "ada", expires: new Date(Date.now() - 1) })
    await (await app.visitor("old")).post("/logout", { everywhere: "yes" })
    expect(adapter.rows.sessions.size).to.equal(1)
  })

  it("sign-out everywhere works with a revocation store where the adapter lacks the method", async () => {
    const app = await start(createMemoryAdapter(), { revocation: memoryRevocation() })
    const [phone, desk] = [await app.signedIn(), await app.signedIn()]
    await phone.post("/logout", { everywhere: "yes" })
    expect((await desk.get("/guarded")).status).to.equal(401)
    await app.signedIn()
  })

  it("with neither of both, sign-out everywhere is an error, and this session ends", async () => {
    const adapter = createMemoryAdapter()
    const app = await start(adapter)
    const visitor = await app.signedIn()
    const answer = await visitor.post("/logout", { everywhere: "yes" })
    expect(answer.headers.get("location")).to.match(/\/auth\/error\?error=/)
    expect(app.logs.errors[0]?.cause).to.include({ code: "ERR_AUTH_ADAPTER_METHOD" })
    expect(adapter.rows.sessions.size).to.equal(0)
  })

  it("sign-out succeeds where the row is gone and the adapter calls that an error", async () => {
    const adapter = createMemoryAdapter()
    const app = await start({
      ...adapter,
      deleteSession: async (token) => {
        if (!adapter.rows.sessions.has(token)) throw new Error("Record to delete does not exist")
        return adapter.deleteSession(token) as Promise<null>
      },
    })
    const visitor = await app.signedIn()
    adapter.rows.sessions.clear()
    expect((await visitor.post("/logout")).headers.get("location")).to.equal(`${app.url}/`)
    const back = await app.signedIn()
    adapter.rows.sessions.clear()
    expect((await back.post("/login", { name: "grace" })).headers.get("location")).to.equal(
      `${app.url}/guarded`,
    )
    expect(await back.session()).to.have.nested.property("user.id", "grace")
  })

  it("sign-out waits for a database that does not respond once, not twice", async function () {
    if (!postgres) this.skip()
    const { url, query, drop } = await postgres()
    const timeout = 1500
    const adapter = database(url, { timeout, migrate: true })
    closing.push(() => adapter.close().then(drop))
    await adapter.createUser({ id: "ada", email: "ada@example.com", emailVerified: null })
    const app = await startApp({ adapter })
    const visitor = await app.visitor()
    await visitor.post("/login", { name: "ada" })
    await query("begin; lock table sessions in access exclusive mode")
    const start = performance.now()
    const answer = await visitor.post("/logout")
    const waited = performance.now() - start
    await query("rollback")
    expect(answer.headers.get("location")).to.include("/auth/error?error=")
    expect(await visitor.sealed(), "its cookie goes all the same").to.equal(undefined)
    expect(waited).to.be.within(timeout - 10, timeout * 2 - 10)
  })

  it("S12: a sign-in while signed in deletes the former row", async () => {
    const adapter = createMemoryAdapter()
    const app = await start(adapter)
    const visitor = await app.signedIn()
    const former = await visitor.sealed()
    await visitor.post("/login", { name: "grace" })
    expect([...adapter.rows.sessions.values()].map(({ userId }) => userId)).to.deep.equal(["grace"])
    expect((await (await app.visitor(former)).get("/guarded")).status).to.equal(401)
  })
})
