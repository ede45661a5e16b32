import { expect } from "chai"
import { ensureLoggedIn, ensureLoggedOut } from "connect-ensure-login"
import express, { type RequestHandler } from "express"
import {
  ExpressAuth,
  type ExpressAuthConfig,
  type ExpressAuthHandler,
  memoryRevocation,
} from "express-authjs"
import { type PassportOptions, passport } from "express-authjs/passport"
import { expressVersions } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import {
  ada,
  anonymous,
  byName,
  secret,
  sessionCookie,
  useSurfaceApps,
  Visitor,
  whoIs,
} from "./surface-apps.js"

const config: ExpressAuthConfig = { secret, providers: [byName()] }
const handler = ExpressAuth(config)

/** A guard that knows one method only, as many apps have it. */
const onlyAuthenticated: RequestHandler = (req, res, next) => {
  if (req.isAuthenticated()) next()
  else res.status(401).send("Who are you?")
}

describe("passport(auth)", () => {
  const { start, serve } = useSurfaceApps()

  for (const [version, create] of expressVersions)
    for (const strategy of ["jwt", "database"] as const)
      it(`passes unmodified guards after a provider's sign-in (${strategy}, ${version})`, async () => {
        const app = await start({
          express: create,
          strategy,
          routes: (app) => {
            app.get("/guarded", ensureLoggedIn("/auth/signin"), (req, res) => void res.json(req.user))
            app.get("/simple", onlyAuthenticated, (req, res) => void res.json(req.user))
            app.get("/join", ensureLoggedOut("/guarded"), (_req, res) => void res.send("Join us"))
          },
        })
        const agent = new UserAgent()
        const refused = await agent.get(`${app.url}/guarded`)
        expect([refused.status, refused.headers.get("location")]).to.deep.equal([302, "/auth/signin"])
        expect((await agent.get(`${app.url}/simple`)).status).to.equal(401)
        expect((await agent.get(`${app.url}/join`)).body).to.equal("Join us")
        await agent.submit(await agent.follow(refused), { fields: { name: "Ada" } })
        const user = JSON.parse((await agent.get(`${app.url}/guarded`)).body)
        expect(user).to.include({ id: "ada", name: "Ada" })
        expect(JSON.parse((await agent.get(`${app.url}/simple`)).body)).to.deep.equal(user)
        expect((await agent.get(`${app.url}/join`)).headers.get("location")).to.equal("/guarded")
      })

  it("lets remember-me code sign users in again, on any page", async () => {
    const tokens = new Map([["first", "ada"]])
    /** As passport-remember-me does it: a token is used once, and there is another. */
    const rememberMe: RequestHandler = (req, res, next) => {
      const [, token = ""] = /remember_me=(\w+)/.exec(req.headers.cookie ?? "") ?? []
      const id = tokens.get(token)
      if (req.isAuthenticated() || id === undefined) return next()
      tokens.delete(token)
      tokens.set("second", id)
      res.cookie("remember_me", "second", { httpOnly: true })
      req.logIn({ id, name: "Ada" }, next)
    }
    const app = await start({ routes: (app) => void app.use(rememberMe) })
    const visitor = new Visitor(app)
    await visitor.keep("remember_me", "first")
    expect(await visitor.who()).to.deep.equal(ada)
    const token = await visitor.cookie(sessionCookie)
    expect(await visitor.who()).to.deep.equal(ada)
    expect([await visitor.cookie(sessionCookie), await visitor.cookie("remember_me")]).to.deep.equal([
      token,
      "second",
    ])
  })

  it("signs out on our own page a user signed in by req.login()", async () => {
    const app = await start({ config: { revocation: memoryRevocation() } })
    const agent = new UserAgent()
    await agent.post(`${app.url}/login`, { id: "ada" })
    const token = (await agent.cookies.getCookies(app.url)).find(({ key }) => key === sessionCookie)?.value
    await agent.submit(await agent.get(`${app.url}/auth/signout`))
    const thief = new Visitor(app)
    await thief.keep(sessionCookie, token ?? "")
    expect(await thief.who()).to.deep.equal(anonymous)
  })

  it("lists sessions started by req.login() among the user's sessions", async () => {
    const app = await start({ config: { revocation: memoryRevocation() } })
    await new Visitor(app).post("/login", { id: "ada" })
    expect(await app.auth.sessions.list("ada")).to.have.lengthOf(1)
  })

  it("leaves req.user undefined for an anonymous request, as Passport does", async () => {
    const app = await start({
      routes: (app) => void app.get("/keys", (req, res) => void res.json(["user" in req, typeof req.user])),
    })
    expect(JSON.parse((await new Visitor(app).get("/keys")).body)).to.deep.equal([false, "undefined"])
  })

  it("says that passport was passed without being called", async () => {
    const app = await start({ before: (app) => void app.use(passport as unknown as RequestHandler) })
    expect(JSON.parse((await new Visitor(app).get("/who")).body).message).to.include("Write passport(auth)")
  })

  it("takes neither junk nor a stranger's token for a user", async () => {
    const app = await start()
    for (const value of ["", "junk", "a.b.c.d.e", "%", "eyJhbGciOiJub25lIn0.e30."]) {
      const visitor = new Visitor(app)
      await visitor.keep(sessionCookie, value)
      expect(await visitor.who()).to.deep.equal(anonymous)
    }
  })

  it("hands a session that cannot be read to next(err), with 503", async () => {
    const app = await start({ strategy: "database" })
    const visitor = new Visitor(app)
    await visitor.post("/login", { id: "ada" })
    app.adapter.getSessionAndUser = () => Promise.reject(new Error("The database is down"))
    expect((await visitor.get("/who")).status).to.equal(503)
    expect(await visitor.cookie(sessionCookie)).to.be.a("string")
  })

  it("works with a configuration for each request", async () => {
    const auth = ExpressAuth(async () => config)
    const app = express()
    app.use("/auth", auth)
    app.use(passport(auth))
    app.post("/in", (req, res, next) =>
      req.login({ id: "ada", name: "Ada" }, (error) => (error ? next(error) : res.end())),
    )
    app.get("/who", (req, res) => void res.json(whoIs(req)))
    const visitor = new Visitor(await serve(app))
    await visitor.post("/in")
    expect(await visitor.who()).to.deep.equal(ada)
  })

  const misuses: [string, () => unknown, RegExp][] = [
    [
      "something else than the handler",
      () => passport({} as ExpressAuthHandler),
      /handler that ExpressAuth\(\) returns/,
    ],
    ["nothing", () => passport(undefined as never), /handler that ExpressAuth\(\) returns/],
    [
      "an unknown option",
      () => passport(handler, { userProperty: "account" } as PassportOptions),
      /"userProperty"/,
    ],
    ["no function", () => passport(handler, { deserializeUser: "x" as never }), /deserializeUser .*function/],
    ["no boolean", () => passport(handler, { returnTo: "/" as never }), /true or false/],
  ]
  for (const [what, construct, message] of misuses)
    it(`refuses ${what} when the app is put together`, () => {
      expect(construct).to.throw(message).with.property("code", "ERR_AUTH_INVALID_OPTION")
    })
})
