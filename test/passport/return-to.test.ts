import { expect } from "chai"
import { ensureLoggedIn } from "connect-ensure-login"
import type { Express } from "express"
import type { ExpressAuthHandler } from "express-authjs"
import expressSession from "express-session"
import { expressVersions } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { useSurfaceApps, Visitor } from "./surface-apps.js"

declare module "express-session" {
  interface SessionData {
    returnTo?: string | undefined
  }
}

const returnTo = { returnTo: true }

function addPages(app: Express, auth: ExpressAuthHandler): void {
  app.get(
    "/guarded",
    ensureLoggedIn("/auth/signin"),
    (req, res) => void res.send(`Welcome to ${req.originalUrl}`),
  )
  app.get("/own", ensureLoggedIn(), (_req, res) => void res.send("Welcome"))
  app.get(
    "/login",
    (_req, res) => void res.send('<form method="post" action="/enter"><input name="name"></form>'),
  )
  app.post("/enter", (req, res, next) => {
    auth.signIn(req, res, "credentials").catch(next)
  })
  app.get("/away", (req, res) => {
    req.session.returnTo = String(req.query.to)
    res.json(req.session.returnTo ?? null)
  })
  app.get("/kept", (req, res) => void res.json(req.session.returnTo ?? null))
  app.get("/forget", (req, res) => {
    delete req.session.returnTo
    res.json([req.session.returnTo ?? null, "returnTo" in req.session])
  })
  app.get("/write", (req, res) => {
    Object.assign(req.session, { cart: ["apple"], messages: [], returnTo: "/own" })
    res.json(req.session)
  })
  app.post("/classic", (req, res, next) => {
    req.login({ id: "ada", name: "Ada" }, (error) => {
      if (error) next(error)
      else res.redirect(req.session.returnTo ?? "/")
    })
  })
  app.get("/kind", (req, res) => void res.json(typeof req.session.regenerate))
}

describe("passport(auth, { returnTo: true })", () => {
  const { start } = useSurfaceApps()

  for (const [version, express] of expressVersions) {
    it(`leads back to the page behind connect-ensure-login, ${version}`, async () => {
      const app = await start({ express, passport: returnTo, routes: addPages })
      const agent = new UserAgent()
      const page = await agent.followAll(await agent.get(`${app.url}/guarded?page=2`))
      const arrived = await agent.followAll(await agent.submit(page, { fields: { name: "Ada" } }))
      expect([arrived.url, arrived.body]).to.deep.equal([
        `${app.url}/guarded?page=2`,
        "Welcome to /guarded?page=2",
      ])
    })

    it(`leads back from a sign-in page of the app's own, ${version}`, async () => {
      const app = await start({ express, passport: returnTo, routes: addPages })
      const agent = new UserAgent()
      const page = await agent.followAll(await agent.get(`${app.url}/own`))
      expect(page.url).to.equal(`${app.url}/login`)
      const arrived = await agent.followAll(await agent.submit(page, { fields: { name: "Ada" } }))
      expect([arrived.url, arrived.body]).to.deep.equal([`${app.url}/own`, "Welcome"])
    })

    it(`can be read once by a handler that signs in itself, ${version}`, async () => {
      const app = await start({ express, passport: returnTo, routes: addPages })
      const agent = new UserAgent()
      await agent.get(`${app.url}/own`)
      expect((await agent.post(`${app.url}/classic`)).headers.get("location")).to.equal("/own")
      await agent.post(`${app.url}/logout`)
      expect((await agent.post(`${app.url}/classic`)).headers.get("location")).to.equal("/")
    })
  }

  for (const url of [
    "https://evil.example/",
    "javascript:alert(1)",
    "\\\\evil.example",
    "https:evil.example@x",
    "a".repeat(5000),
  ])
    it(`never leads away: ${url.slice(0, 30)}`, async () => {
      const app = await start({ passport: returnTo, routes: addPages })
      const visitor = new Visitor(app)
      const answer = await visitor.get(`/away?to=${encodeURIComponent(url)}`)
      const kept = JSON.parse(answer.body)
      if (kept !== null) expect(new URL(kept).origin).to.equal(app.url)
      const location = (await visitor.post("/classic")).headers.get("location") ?? ""
      expect(new URL(location, app.url).origin).to.equal(app.url)
    })

  it("takes two slashes for a path of the app", async () => {
    const app = await start({ passport: returnTo, routes: addPages })
    const visitor = new Visitor(app)
    const { body } = await visitor.get("/away?to=//evil.example/x")
    expect(JSON.parse(body)).to.equal(`${app.url}//evil.example/x`)
  })

  it("believes no planted cookie", async () => {
    const app = await start({ passport: returnTo, routes: addPages })
    const visitor = new Visitor(app)
    await visitor.keep("authjs.callback-url", encodeURIComponent("https://evil.example/"))
    expect((await visitor.post("/classic")).headers.get("location")).to.equal("/")
  })

  it("knows what a proxy strips", async () => {
    const app = await start({
      config: { url: "https://example.com/shop/auth" },
      passport: returnTo,
      routes: addPages,
    })
    const visitor = new Visitor(app)
    const answer = await visitor.get("/away?to=/guarded")
    expect(JSON.parse(answer.body)).to.equal("/guarded")
    expect(answer.setCookies.join()).to.include(encodeURIComponent("/shop/guarded"))
    const cookie = `__Secure-authjs.callback-url=${encodeURIComponent("/shop/guarded")}`
    expect(JSON.parse((await visitor.get("/kept", { cookie })).body)).to.equal("/guarded")
  })

  for (const written of ["/own", "/guarded?page=2&q=a%20b#top", "/ä?ü", "absolute"])
    it(`reads back as it was written: ${written}`, async () => {
      const app = await start({ passport: returnTo, routes: addPages })
      const visitor = new Visitor(app)
      const url = written === "absolute" ? `${app.url}/own` : written
      const here = await visitor.get(`/away?to=${encodeURIComponent(url)}`)
      expect(JSON.parse(here.body)).to.equal(url)
      expect(JSON.parse((await visitor.get("/kept")).body)).to.equal(url)
    })

  it("can be deleted, for later requests as well", async () => {
    const app = await start({ passport: returnTo, routes: addPages })
    const visitor = new Visitor(app)
    await visitor.get("/away?to=/own")
    expect(JSON.parse((await visitor.get("/forget")).body)).to.deep.equal([null, false])
    expect(JSON.parse((await visitor.get("/kept")).body)).to.equal(null)
    expect((await visitor.post("/classic")).headers.get("location")).to.equal("/")
  })

  for (const [env, warnings] of [
    ["development", ["passport-session"]],
    ["production", []],
  ] as const)
    it(`keeps anything else for the request, and warns ${warnings.length} times in ${env}`, async () => {
      const warned: string[] = []
      const logger = { error: () => {}, warn: (code: string) => void warned.push(code) }
      const app = await start({
        passport: returnTo,
        config: { logger },
        before: (app) => void app.set("env", env),
        routes: addPages,
      })
      const visitor = new Visitor(app)
      for (let times = 0; times < 2; times++)
        expect(JSON.parse((await visitor.get("/write")).body)).to.deep.equal({
          cart: ["apple"],
          messages: [],
          returnTo: "/own",
        })
      expect(JSON.parse((await visitor.get("/kept")).body)).to.equal("/own")
      expect(warned).to.deep.equal(warnings)
    })

  it("does nothing when express-session is mounted first", async () => {
    const old = expressSession({ secret: "old", resave: false, saveUninitialized: false })
    const app = await start({ passport: returnTo, before: (app) => app.use(old), routes: addPages })
    expect(JSON.parse((await new Visitor(app).get("/kind")).body)).to.equal("function")
  })

  it("is off by default, so that express-session can be mounted later", async () => {
    const app = await start({
      routes: (app) => void app.get("/has", (req, res) => void res.json("session" in req)),
    })
    expect(JSON.parse((await new Visitor(app).get("/has")).body)).to.equal(false)
  })
})
