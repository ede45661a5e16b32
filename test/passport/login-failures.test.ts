import { expect } from "chai"
import type { RequestHandler } from "express"
import type { ExpressAuthConfig } from "express-authjs"
import expressSession from "express-session"
import { expressVersions } from "../support/listen.js"
import { ada, anonymous, sessionCookie, useSurfaceApps, Visitor, whoIs } from "./surface-apps.js"

const strategies = ["jwt", "database"] as const
const outage = () => Promise.reject(new Error("The database is down"))

describe("a req.login() that fails", () => {
  const { start } = useSurfaceApps()

  for (const id of [undefined, null, "", Number.NaN, {}, true])
    it(`refuses a user whose id is ${JSON.stringify(id)}, through the callback, and keeps the former session`, async () => {
      const app = await start({
        routes: (app) => {
          app.post("/odd", (req, _res, next) => req.login({ id, name: "Ada" }, next))
        },
      })
      const visitor = new Visitor(app)
      await visitor.post("/login", { id: "ada" })
      const answer = await visitor.post("/odd")
      expect(answer.status).to.equal(500)
      expect(JSON.parse(answer.body)).to.include({ code: "ERR_AUTH_LOGIN", ...anonymous })
      expect(answer.setCookies).to.deep.equal([])
      expect(await visitor.who()).to.deep.equal(ada)
    })

  it("refuses no user at all", async () => {
    const app = await start({
      routes: (app) => void app.post("/none", (req, _res, next) => req.login(undefined as never, next)),
    })
    const { body } = await new Visitor(app).post("/none")
    expect(JSON.parse(body)).to.include({ code: "ERR_AUTH_LOGIN" })
  })

  it("refuses a user that the database does not know", async () => {
    const app = await start({ strategy: "database" })
    const { status, body } = await new Visitor(app).post("/login", { id: "mallory" })
    expect([status, JSON.parse(body).code]).to.deep.equal([500, "ERR_AUTH_LOGIN"])
    expect(app.adapter.rows.sessions.size).to.equal(0)
  })

  it("refuses an unknown method", async () => {
    const app = await start({
      routes: (app) => {
        const options = { method: "proven" } as never
        app.post("/odd", (req, _res, next) => req.login({ id: "ada" }, options, next))
      },
    })
    const { status, body } = await new Visitor(app).post("/odd")
    expect([status, JSON.parse(body).code]).to.deep.equal([500, "ERR_AUTH_LOGIN"])
  })

  for (const step of ["getUser", "createSession"] as const)
    it(`leaves the former session when the database fails at ${step}`, async () => {
      const app = await start({ strategy: "database" })
      const visitor = new Visitor(app)
      await visitor.post("/login", { id: "ada" })
      const former = await visitor.cookie(sessionCookie)
      app.adapter[step] = outage
      const answer = await visitor.post("/login", { id: "grace" })
      expect(answer.status).to.equal(503)
      expect(JSON.parse(answer.body)).to.include({ code: "ERR_AUTH_LOGIN", ...anonymous })
      expect(await visitor.who()).to.deep.equal(ada)
      expect([...app.adapter.rows.sessions.keys()]).to.deep.equal([former])
    })

  const callbacks: [string, number, ExpressAuthConfig["callbacks"]][] = [
    [
      "callbacks.jwt throws",
      503,
      { jwt: ({ trigger, token }) => (trigger && token.sub === "grace" ? outage() : token) },
    ],
    ["callbacks.jwt returns null", 403, { jwt: ({ token }) => (token.sub === "grace" ? null : token) }],
    [
      "callbacks.jwt returns nothing",
      503,
      { jwt: ({ token }) => (token.sub === "grace" ? (undefined as never) : token) },
    ],
    [
      "callbacks.session throws",
      503,
      { session: ({ session }) => (session.user.name === "Grace" ? outage() : session) },
    ],
    [
      "callbacks.session returns null",
      403,
      { session: ({ session }) => (session.user.name === "Grace" ? (null as never) : session) },
    ],
  ]
  for (const strategy of strategies)
    for (const [what, status, changes = {}] of callbacks.filter(
      ([name]) => strategy === "jwt" || /session/.test(name),
    ))
      it(`leaves the former session when ${what} (${strategy})`, async () => {
        const app = await start({ strategy, config: { callbacks: changes } })
        const visitor = new Visitor(app)
        await visitor.post("/login", { id: "ada" })
        const answer = await visitor.post("/login", { id: "grace" })
        expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([status, "ERR_AUTH_LOGIN"])
        expect(await visitor.who()).to.deep.equal(ada)
        expect(app.adapter.rows.sessions.size).to.equal(strategy === "database" ? 1 : 0)
      })

  it("leaves the former session when express-session cannot renew its own", async () => {
    class Store extends expressSession.MemoryStore {
      isDown = false
      override destroy(sid: string, done?: (error?: unknown) => void): void {
        if (this.isDown) done?.(new Error("The store is down"))
        else super.destroy(sid, done)
      }
    }
    const store = new Store()
    const app = await start({
      strategy: "database",
      before: (app) =>
        app.use(expressSession({ secret: "old", store, resave: false, saveUninitialized: true })),
    })
    const visitor = new Visitor(app)
    await visitor.post("/login", { id: "ada" })
    store.isDown = true
    const { status, body } = await visitor.post("/login", { id: "grace" })
    expect([status, JSON.parse(body).message]).to.deep.equal([500, "The store is down"])
    expect(await visitor.who()).to.deep.equal(ada)
    expect(app.adapter.rows.sessions.size).to.equal(1)
  })

  it("rejects when the response has started, and starts no session", async () => {
    const codes: unknown[] = []
    const app = await start({
      strategy: "database",
      routes: (app) => {
        app.post("/late", async (req, res) => {
          res.write("Welcome")
          await req.login({ id: "ada" }).catch(({ code }) => codes.push(code))
          res.end()
        })
      },
    })
    await new Visitor(app).post("/late")
    expect(codes).to.deep.equal(["ERR_AUTH_HEADERS_SENT"])
    expect(app.adapter.rows.sessions.size).to.equal(0)
  })

  it("leaves no session behind where the app answered without waiting, and is logged", async () => {
    const app = await start({
      strategy: "database",
      routes: (app) => {
        app.post("/hasty", (req, res) => {
          void req.login({ id: "ada" })
          res.redirect("/")
        })
      },
    })
    const visitor = new Visitor(app)
    await visitor.post("/hasty")
    expect(await visitor.who()).to.deep.equal(anonymous)
    expect(app.errors.map((error) => Reflect.get(error, "code"))).to.deep.equal(["ERR_AUTH_HEADERS_SENT"])
    expect(app.adapter.rows.sessions.size).to.equal(0)
  })

  it("signs in although the former session cannot be ended", async () => {
    const app = await start({ strategy: "database" })
    const visitor = new Visitor(app)
    await visitor.post("/login", { id: "ada" })
    app.adapter.deleteSession = outage
    expect((await visitor.post("/login", { id: "grace" })).status).to.equal(200)
    expect(await visitor.who()).to.include({ name: "Grace" })
    expect(app.errors.map(({ message }) => message)).to.deep.equal(["The database is down"])
  })
})

describe("a req.logout() that fails", () => {
  const { start } = useSurfaceApps()

  it("clears the cookie all the same, and reports the failure to the callback", async () => {
    const app = await start({ strategy: "database" })
    const visitor = new Visitor(app)
    await visitor.post("/login", { id: "ada" })
    app.adapter.deleteSession = outage
    const answer = await visitor.post("/logout")
    expect(answer.status).to.equal(503)
    expect(JSON.parse(answer.body)).to.include({ code: "ERR_AUTH_SIGN_OUT", ...anonymous })
    expect(await visitor.cookie(sessionCookie)).to.equal(undefined)
  })

  it("rejects when the cookie can no longer be cleared", async () => {
    const codes: unknown[] = []
    const app = await start({
      strategy: "database",
      routes: (app) => {
        app.post("/late", async (req, res) => {
          res.write("Bye")
          await req.logout().catch(({ code }) => codes.push(code))
          res.end()
        })
      },
    })
    const visitor = new Visitor(app)
    await visitor.post("/login", { id: "ada" })
    await visitor.post("/late")
    expect(codes).to.deep.equal(["ERR_AUTH_HEADERS_SENT"])
    expect(app.adapter.rows.sessions.size).to.equal(0)
  })

  it("does not end the process when its promise is not awaited", async () => {
    const app = await start({
      strategy: "database",
      routes: (app) => {
        app.post("/leave", (req, res) => {
          void req.logout()
          res.redirect("/")
        })
      },
    })
    const visitor = new Visitor(app)
    await visitor.post("/login", { id: "ada" })
    app.adapter.deleteSession = outage
    expect((await visitor.post("/leave")).status).to.equal(302)
    await visitor.who()
    expect(app.errors.map((error) => Reflect.get(error, "code"))).to.deep.equal(["ERR_AUTH_SIGN_OUT"])
  })
})

for (const [version, express] of expressVersions)
  describe(`a callback of req.login() that throws, on ${version}`, () => {
    const { start } = useSurfaceApps()

    it("is an error of the request, not of the process", async () => {
      const throwing: RequestHandler = (req) => {
        req.login({ id: "ada" }, () => {
          throw new Error(`Said by the callback, ${whoIs(req).isAuthenticated}`)
        })
      }
      const app = await start({ express, routes: (app) => void app.post("/throw", throwing) })
      const { status, body } = await new Visitor(app).post("/throw")
      expect([status, JSON.parse(body).message]).to.deep.equal([500, "Said by the callback, true"])
    })
  })
