import { expect } from "chai"
import { ensureLoggedIn } from "connect-ensure-login"
import createParser, { type Express } from "express"
import { ExpressAuth, type ExpressAuthConfig, type ExpressAuthHandler } from "express-authjs"
import {
  type AuthenticateOptions,
  authenticate,
  type PassportOptions,
  PassportProvider,
  signInMessage,
} from "express-authjs/passport"
import { Strategy as LocalStrategy } from "passport-local"
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

const config: ExpressAuthConfig = { secret, providers: [byName()], pages: { signIn: "/login" } }

function addLogin(options: AuthenticateOptions) {
  return (app: Express, auth: ExpressAuthHandler) => {
    app.get("/guarded", ensureLoggedIn(), (_req, res) => void res.send("Welcome"))
    app.get("/login", (req, res) => {
      res.send(`<p>${req.query.error ? "Wrong" : "Who?"}</p><form method="post"><input name="name"></form>`)
    })
    app.post("/login", authenticate(auth, "credentials", options))
    app.get("/login/credentials", authenticate(auth, "credentials", options))
  }
}

describe("authenticate()", () => {
  const { start } = useSurfaceApps()
  const pages = { pages: { signIn: "/login" } }

  for (const [version, express] of expressVersions) {
    it(`signs in by a form of the app's own, and leads on, ${version}`, async () => {
      const options = { successRedirect: "/in", failureRedirect: "/login" }
      const app = await start({ express, config: pages, routes: addLogin(options) })
      const agent = new UserAgent()
      const form = await agent.get(`${app.url}/login`)
      const wrong = await agent.followAll(await agent.submit(form, { fields: { name: "Mallory" } }))
      expect(new URL(wrong.url).pathname).to.equal("/login")
      expect(wrong.body).to.include("Wrong")
      expect(await new Visitor(app, agent).who()).to.deep.equal(anonymous)
      const right = await agent.submit(wrong, { fields: { name: "Ada" } })
      expect(right.headers.get("location")).to.equal(`${app.url}/in`)
      expect(await new Visitor(app, agent).who()).to.deep.equal(ada)
    })

    it(`redirects to the guarded page, else to the configured URL, ${version}`, async () => {
      const routes = addLogin({ successReturnToOrRedirect: "/in" })
      const app = await start({ express, config: pages, passport: { returnTo: true }, routes })
      for (const [path, end] of [
        ["/guarded", "/guarded"],
        ["/login", "/in"],
      ]) {
        const agent = new UserAgent()
        const form = await agent.followAll(await agent.get(app.url + path))
        const answer = await agent.submit(form, { fields: { name: "Ada" } })
        expect(answer.headers.get("location")).to.equal(app.url + end)
      }
    })

    it(`starts nothing on a GET, but shows the button, ${version}`, async () => {
      const app = await start({ express, config: pages, routes: addLogin({ successRedirect: "/in" }) })
      const agent = new UserAgent()
      const page = await agent.followAll(await agent.get(`${app.url}/login/credentials`))
      expect(page.url).to.equal(`${app.url}/auth/signin/credentials?callbackUrl=%2Fin`)
      expect(await new Visitor(app, agent).who()).to.deep.equal(anonymous)
      const answer = await agent.submit(page, { fields: { name: "Ada" } })
      expect(answer.headers.get("location")).to.equal(`${app.url}/in`)
    })
  }

  it("S19: refuses a sign-in from another site", async () => {
    const app = await start({ config: pages, routes: addLogin({}) })
    const visitor = new Visitor(app)
    const headers = { "sec-fetch-site": "cross-site" }
    const { status } = await visitor.agent.post(`${app.url}/login`, { name: "Ada" }, headers)
    expect(status).to.equal(403)
    expect(await visitor.who()).to.deep.equal(anonymous)
  })

  const misuses: [object, RegExp][] = [
    [{ failureRedirect: "/failed" }, /pages: \{ signIn: "\/failed" \}/],
    [{ failureMessage: true }, /signInMessage\(auth, req, res\)/],
    [{ failureFlash: true }, /signInMessage\(auth, req, res\)/],
    [{ successFlash: "Welcome" }, /events\.signIn/],
    [{ session: false }, /requireAuth/],
    [{ scope: ["email"] }, /authorization\.params\.scope/],
    [{ assignProperty: "account" }, /linkAccount/],
    [{ sucessRedirect: "/" }, /has no option "sucessRedirect"/],
  ]
  for (const [options, message] of misuses)
    it(`refuses ${JSON.stringify(options)} when the app is put together, and says what to do`, () => {
      expect(() => authenticate(ExpressAuth(config), "credentials", options))
        .to.throw(message)
        .with.property("code", "ERR_AUTH_INVALID_OPTION")
    })

  const strategy = new LocalStrategy((_name, _password, done) => done(null, false))
  const providers: [unknown, RegExp][] = [
    ["credential", /no provider "credential"\. Configured: credentials/],
    [["credentials", "local"], /expected one provider's id/],
    [strategy, /PassportProvider\(\{ id, strategy \}\)/],
  ]
  for (const [provider, message] of providers)
    it(`refuses ${Array.isArray(provider) ? "an array" : typeof provider} for a provider when the app is put together`, () => {
      expect(() => authenticate(ExpressAuth(config), provider as string))
        .to.throw(message)
        .with.property("code", "ERR_AUTH_INVALID_OPTION")
    })

  it("refuses a callback for a provider that is not a strategy reading a form, at construction", () => {
    expect(() => authenticate(ExpressAuth(config), "credentials", () => {}))
      .to.throw(/callbacks work only with PassportProvider strategies/)
      .with.property("code", "ERR_AUTH_INVALID_OPTION")
  })
})

const found = { id: "ada", name: "Ada", plan: "free" }

const local = PassportProvider({
  ...{ id: "local", ownUsers: true },
  strategy: new LocalStrategy((username, password, done) => {
    if (username === "broken") return done(new Error("The directory is down"))
    done(null, password === "right" ? found : false, { message: `Wrong password, ${username}.` })
  }),
})

for (const [version, express] of expressVersions)
  for (const strategy of ["jwt", "database"] as const)
    describe(`authenticate() and the handlers after it, ${strategy}, ${version}`, () => {
      const { start } = useSurfaceApps()

      const startOne = (options: PassportOptions = {}, more: Partial<ExpressAuthConfig> = {}) =>
        start({
          ...{ express, strategy, passport: options },
          config: { providers: [local], pages: { signIn: "/login" }, ...more },
          before: (app) => app.use(createParser.urlencoded({ extended: false })),
          routes: addHandlers,
        })

      it("runs the next handler with req.user, and keeps the session", async () => {
        const app = await startOne()
        const visitor = new Visitor(app)
        const answer = await visitor.post("/api/login", { username: "ada", password: "right" })
        expect(JSON.parse(answer.body)).to.deep.equal({ ...ada, id: "ada", auth: "ada", locals: "ada" })
        expect(await visitor.who()).to.deep.equal(ada)
        expect(answer.setCookies.filter((line) => line.startsWith(`${sessionCookie}=`))).to.have.lengthOf(1)
      })

      it("runs it with the user of the app's deserializeUser", async () => {
        const app = await startOne({
          deserializeUser: async ({ user }) => (user.id === "ada" ? found : null),
        })
        const visitor = new Visitor(app)
        const answer = await visitor.post("/api/login/plan", { username: "ada", password: "right" })
        expect(JSON.parse(answer.body)).to.equal("free")
      })

      it("does not run it where the app finds no user, or a callback refuses", async () => {
        for (const [options, more] of [
          [{ deserializeUser: () => null }, {}],
          [{}, { callbacks: { signIn: () => false } }],
        ] as const) {
          const app = await startOne(options, more)
          const visitor = new Visitor(app)
          const answer = await visitor.post("/api/login", { username: "ada", password: "right" })
          expect(answer.body).to.not.include('"auth"')
          expect(await visitor.who()).to.deep.equal(anonymous)
        }
      })

      it("does not run it after a wrong password: a user goes to the sign-in page, a script gets 401", async () => {
        const app = await startOne()
        const wrong = { username: "ada", password: "wrong" }
        const agent = new UserAgent()
        const answer = await agent.post(`${app.url}/api/login`, wrong)
        expect(answer.headers.get("location")).to.include("/login?error=CredentialsSignin&code=credentials")
        const script = new UserAgent({ navigate: false, headers: { accept: "application/json" } })
        expect((await script.post(`${app.url}/api/login`, wrong)).status).to.equal(401)
        expect(await new Visitor(app, agent).who()).to.deep.equal(anonymous)
      })

      const fetched = { accept: "*/*", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin" }
      const programs: [string, Record<string, string>, string, number][] = [
        ["a wrong password by fetch()", fetched, "ada", 401],
        ["a wrong password by another program", { accept: "*/*" }, "ada", 401],
        ["an error of the strategy by fetch()", fetched, "broken", 500],
      ]
      for (const [what, headers, username, status] of programs)
        it(`answers ${what} with ${status}, not with the sign-in page`, async () => {
          const app = await startOne()
          const agent = new UserAgent({ navigate: false, headers })
          const answer = await agent.post(`${app.url}/api/login`, { username, password: "wrong" })
          expect([answer.status, answer.headers.get("location")]).to.deep.equal([status, null])
          expect(answer.headers.get("content-type")).to.include("application/problem+json")
          expect(answer.body).to.not.include("The directory is down")
        })

      it("leaves the redirect of Auth.js to the same fetch() on our own route, and to Auth.js's client", async () => {
        const app = await startOne()
        const agent = new UserAgent({ navigate: false, headers: fetched })
        const { csrfToken } = JSON.parse((await agent.get(`${app.url}/auth/csrf`)).body)
        const wrong = { username: "ada", password: "wrong" }
        const own = await agent.post(`${app.url}/auth/signin/local`, { ...wrong, csrfToken })
        expect([own.status, own.headers.get("location")?.split("?")[0]]).to.deep.equal([
          302,
          `${app.url}/login`,
        ])
        const client = await agent.post(`${app.url}/api/login`, wrong, { "x-auth-return-redirect": "1" })
        expect([client.status, JSON.parse(client.body).url]).to.deep.equal([
          200,
          `${app.url}/login?error=CredentialsSignin&code=credentials`,
        ])
      })

      it("passes the message of the strategy to the sign-in page of the app's own, once", async () => {
        const app = await startOne()
        const agent = new UserAgent()
        const answer = await agent.post(`${app.url}/api/login`, { username: "ada", password: "wrong" })
        expect((await agent.follow(answer)).body).to.equal("Wrong password, ada.")
        expect((await agent.get(`${app.url}/login`)).body).to.equal("nothing")
      })

      it("hands the outcome to a callback, which signs in by req.login()", async () => {
        const app = await startOne()
        const visitor = new Visitor(app)
        const wrong = await visitor.post("/custom", { username: "ada", password: "wrong" })
        expect(JSON.parse(wrong.body)).to.deep.equal({
          info: { message: "Wrong password, ada." },
          status: 401,
        })
        expect(await visitor.who()).to.deep.equal(anonymous)
        expect((await visitor.post("/custom", { username: "broken", password: "x" })).body).to.include(
          "The directory is down",
        )
        const right = await visitor.post("/custom", { username: "ada", password: "right" })
        expect(JSON.parse(right.body)).to.deep.equal(found)
        expect(await visitor.who()).to.deep.equal(ada)
      })

      it("limits the tries that a callback sees, and refuses those of another site (S15, S19)", async () => {
        const app = await startOne({}, { limits: { nameFromClient: { limit: 2, window: 60 } } })
        const visitor = new Visitor(app)
        const form = { username: "ada", password: "wrong" }
        const statuses = []
        for (let tries = 0; tries < 3; tries++) statuses.push((await visitor.post("/custom", form)).status)
        expect(statuses).to.deep.equal([200, 200, 429])
        const other = new Visitor(app)
        const headers = { "sec-fetch-site": "cross-site" }
        const answer = await other.agent.post(
          `${app.url}/custom`,
          { username: "eve", password: "right" },
          headers,
        )
        expect(answer.status).to.equal(403)
        expect(await other.who()).to.deep.equal(anonymous)
      })
    })

function addHandlers(app: Express, auth: ExpressAuthHandler): void {
  app.get("/login", async (req, res) => {
    res.type("text").send((await signInMessage(auth, req, res)) ?? "nothing")
  })
  app.post("/api/login", authenticate(auth, "local"), (req, res) => {
    const { user } = res.locals.session
    res.json({ ...whoIs(req), id: Object(req.user).id, auth: req.auth?.user?.id, locals: user.id })
  })
  app.post("/api/login/plan", authenticate(auth, "local"), (req, res) => {
    res.json(Object(req.user).plan)
  })
  app.post("/custom", (req, res, next) => {
    authenticate(auth, "local", (error, user, info, status) => {
      if (error) return next(error)
      if (!user) return res.json({ info, status })
      req.login(user, (failure) => (failure ? next(failure) : res.json(user)))
    })(req, res, next)
  })
}
