import { expect } from "chai"
import { urlencoded } from "express"
import { memoryRevocation } from "express-authjs"
import { Passport } from "passport"
import { Strategy } from "passport-local"
import { expressVersions } from "../support/listen.js"
import { ada, anonymous, sessionCookie, useSurfaceApps, Visitor, whoIs } from "./surface-apps.js"

const strategies = ["jwt", "database"] as const

describe("req.login() and req.logout()", () => {
  const { start, startClassic } = useSurfaceApps()

  for (const [version, express] of expressVersions) {
    const apps = [
      ["Passport with express-session", () => startClassic({ express })],
      ["our encrypted sessions", () => start({ express })],
      ["our database sessions", () => start({ express, strategy: "database" })],
    ] as const
    for (const [kind, startApp] of apps)
      it(`sign in, stay signed in, sign out: ${kind}, ${version}`, async () => {
        const app = await startApp()
        const visitor = new Visitor(app)
        expect(await visitor.who()).to.deep.equal(anonymous)
        expect(JSON.parse((await visitor.post("/login", { id: "ada" })).body)).to.deep.equal(ada)
        expect(await visitor.who()).to.deep.equal(ada)
        expect(JSON.parse((await visitor.post("/logout")).body)).to.deep.equal(anonymous)
        expect(await visitor.who()).to.deep.equal(anonymous)
      })

    for (const [kind, startApp] of apps)
      it(`sign in for one request only with session: false: ${kind}, ${version}`, async () => {
        const visitor = new Visitor(await startApp())
        const answer = await visitor.post("/once", { id: "ada" })
        expect(JSON.parse(answer.body)).to.deep.equal(ada)
        expect(answer.setCookies).to.deep.equal([])
        expect(await visitor.who()).to.deep.equal(anonymous)
      })
  }

  for (const strategy of strategies)
    it(`give the session another identifier, and the former one is dead (S12, ${strategy})`, async () => {
      const app = await start({ strategy, config: { revocation: memoryRevocation() } })
      const visitor = new Visitor(app)
      const seen: (string | undefined)[] = []
      for (const id of ["ada", "ada", "grace"]) {
        await visitor.post("/login", { id })
        const token = await visitor.cookie(sessionCookie)
        expect(seen).to.not.include(token)
        seen.push(token)
      }
      expect(await visitor.who()).to.include({ name: "Grace" })
      await visitor.post("/logout")
      expect(await visitor.cookie(sessionCookie)).to.equal(undefined)
      for (const token of seen) {
        const thief = new Visitor(app)
        await thief.keep(sessionCookie, token ?? "")
        expect(await thief.who()).to.deep.equal(anonymous)
      }
      expect(app.adapter.rows.sessions.size).to.equal(0)
    })

  for (const strategy of strategies)
    it(`let a planted session neither live on nor be taken over (S12, ${strategy})`, async () => {
      const app = await start({ strategy, config: { revocation: memoryRevocation() } })
      const attacker = new Visitor(app)
      await attacker.post("/login", { id: "grace" })
      const planted = (await attacker.cookie(sessionCookie)) ?? ""
      const victim = new Visitor(app)
      await victim.keep(sessionCookie, planted)
      await victim.post("/login", { id: "ada" })
      expect(await victim.who()).to.deep.equal(ada)
      expect(await victim.cookie(sessionCookie)).to.not.equal(planted)
      expect(await attacker.who()).to.deep.equal(anonymous)
    })

  for (const strategy of strategies)
    it(`settle a promise where there is no callback (${strategy})`, async () => {
      const app = await start({
        strategy,
        routes: (app) => {
          app.post("/promised", async (req, res) => {
            await req.login({ id: "ada", name: "Ada" })
            const during = [whoIs(req).name, req.auth?.user.id, res.locals.session.user.name]
            await req.logOut()
            res.json([...during, whoIs(req).name, req.auth, res.locals.session])
          })
        },
      })
      const visitor = new Visitor(app)
      const { body } = await visitor.post("/promised")
      expect(JSON.parse(body)).to.deep.equal(["Ada", "ada", "Ada", null, null, null])
      expect(await visitor.cookie(sessionCookie)).to.equal(undefined)
      expect(app.adapter.rows.sessions.size).to.equal(0)
    })

  it("leave one session where a request signs in twice", async () => {
    const app = await start({
      strategy: "database",
      routes: (app) => {
        app.post("/twice", async (req, res) => {
          await req.login({ id: "ada" })
          await req.login({ id: "grace" })
          res.json(whoIs(req))
        })
      },
    })
    const visitor = new Visitor(app)
    await visitor.post("/twice")
    expect(await visitor.who()).to.include({ name: "Grace" })
    expect([...app.adapter.rows.sessions.keys()]).to.deep.equal([await visitor.cookie(sessionCookie)])
  })

  it("open and close our guards in the same request", async () => {
    const app = await start({
      routes: (app, auth) => {
        app.post("/pass", async (req, _res, next) => {
          if (req.query.login) await req.login({ id: "ada", name: "Ada" })
          else await req.logout()
          next()
        })
        app.post("/pass", auth.requireAuth(), (req, res) => void res.send(req.auth.user.name))
      },
    })
    const visitor = new Visitor(app)
    expect((await visitor.post("/pass?login=1")).body).to.equal("Ada")
    expect((await visitor.post("/pass")).status).to.equal(401)
  })

  it("ask the callbacks and tell the events as at any sign-in", async () => {
    const told: unknown[] = []
    const app = await start({
      config: {
        callbacks: {
          signIn: () => false,
          jwt: ({ token, user, account, trigger }) => {
            if (trigger === "signIn") told.push({ user, account })
            return user ? { ...token, role: Reflect.get(user, "role") } : token
          },
          session: ({ session, token }) => ({ ...session, user: { ...session.user, role: token.role } }),
        },
        events: {
          signIn: (message) => void told.push(message),
          signOut: (message) => void told.push(Object.keys(message)),
        },
      },
      routes: (app) => {
        app.post("/admin", async (req, res) => {
          await req.login({ id: 7, displayName: "Root", role: "admin", name: { givenName: "R" } })
          res.json(req.auth)
        })
      },
    })
    const visitor = new Visitor(app)
    const { user } = JSON.parse((await visitor.post("/admin")).body)
    expect(user).to.deep.equal({ id: "7", name: "Root", email: null, image: null, role: "admin" })
    await visitor.post("/logout")
    const account = { provider: "passport", providerAccountId: "7", type: "credentials" }
    const known = { id: "7", name: "Root", email: null, image: null, displayName: "Root", role: "admin" }
    expect(told).to.deep.equal([
      { user: known, account },
      { user: known, account, isNewUser: false },
      ["token"],
    ])
  })

  it("prove nothing to a guard that wants a fresh sign-in, unless the app says what it asked for", async () => {
    const app = await start({
      routes: (app, auth) => {
        app.post("/typed", async (req, res) => {
          await req.login({ id: "ada" }, { method: "credentials" })
          res.end()
        })
        app.get(
          "/pay",
          auth.requireAuth({ maxAge: 60, trust: ["oauth", "oidc"] }),
          (_req, res) => void res.send("Paid"),
        )
      },
    })
    const visitor = new Visitor(app)
    await visitor.post("/login", { id: "ada" })
    expect((await visitor.get("/pay")).status).to.equal(401)
    await visitor.post("/typed")
    expect((await visitor.get("/pay")).body).to.equal("Paid")
  })

  it("end a session without being awaited, while the app redirects at once", async () => {
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
    await visitor.post("/leave")
    expect(await visitor.cookie(sessionCookie)).to.equal(undefined)
    expect(await visitor.who()).to.deep.equal(anonymous)
    expect(app.adapter.rows.sessions.size).to.equal(0)
  })

  it("take the place of Passport's own methods in passport.initialize()", async () => {
    const classic = new Passport()
    classic.use(
      new Strategy({ usernameField: "id" }, (id, password, done) =>
        done(null, password === "right" ? { id, name: "Ada" } : false),
      ),
    )
    const app = await start({
      strategy: "database",
      routes: (app) => {
        app.use(classic.initialize(), urlencoded({ extended: false }))
        app.post("/local", classic.authenticate("local", { successRedirect: "/in", failureRedirect: "/out" }))
      },
    })
    const visitor = new Visitor(app)
    const wrong = await visitor.post("/local", { id: "ada", password: "wrong" })
    expect([wrong.headers.get("location"), await visitor.who()]).to.deep.equal(["/out", anonymous])
    const right = await visitor.post("/local", { id: "ada", password: "right" })
    expect([right.headers.get("location"), await visitor.who()]).to.deep.equal(["/in", ada])
  })
})
