import { expect } from "chai"
import { sign } from "cookie-signature"
import type { Express } from "express"
import { memoryRevocation } from "express-authjs"
import { type MigrationOptions, migratePassportSession } from "express-authjs/passport"
import expressSession from "express-session"
import fc from "fast-check"
import { expressVersions } from "../support/listen.js"
import { OldStore } from "./old-store.js"
import {
  ada,
  anonymous,
  type ClassicOptions,
  people,
  type SurfaceOptions,
  secret,
  sessionCookie,
  useSurfaceApps,
  Visitor,
  whoIs,
} from "./surface-apps.js"

declare module "express-session" {
  interface SessionData {
    cart?: string[]
  }
}

const oldCookie = "connect.sid"
const find = (id: string) => people.find((person) => person.id === id)

describe("migratePassportSession()", () => {
  const { start, startClassic } = useSurfaceApps()

  interface Move {
    ours?: SurfaceOptions
    classic?: ClassicOptions
    migration?: Partial<MigrationOptions>
  }

  /** Ada, signed in at a Passport app that has just been replaced by one of ours. */
  async function move({ ours = {}, classic = {}, migration = {} }: Move = {}) {
    const store = new OldStore()
    const former = new Visitor(await startClassic({ ...classic, session: { store, ...classic.session } }))
    await former.post("/login", { id: "ada" })
    const routes = (app: Express, auth: Parameters<NonNullable<SurfaceOptions["routes"]>>[1]) => {
      app.use(migratePassportSession({ store, secret, deserializeUser: find, ...migration }))
      app.get(
        "/guarded",
        auth.requireAuth(),
        (req, res) => void res.json([req.auth.user.id, whoIs(req).name]),
      )
      ours.routes?.(app, auth)
    }
    const app = await start({ ...ours, routes })
    return { app, store, former, visitor: new Visitor(app, former.agent) }
  }

  for (const [version, express] of expressVersions)
    for (const strategy of ["jwt", "database"] as const)
      it(`keeps users signed in, from the first request on (${strategy}, ${version})`, async () => {
        const config = { revocation: memoryRevocation() }
        const { visitor, store, app } = await move({ ours: { express, strategy, config } })
        const sid = (await visitor.cookie(oldCookie)) ?? ""
        expect(JSON.parse((await visitor.get("/guarded")).body)).to.deep.equal(["ada", "Ada"])
        expect(await visitor.cookie(oldCookie)).to.equal(undefined)
        expect(await visitor.cookie(sessionCookie)).to.be.a("string")
        expect(await store.size()).to.equal(0)
        expect(await visitor.who()).to.deep.equal(ada)
        expect(store.reads).to.equal(1)
        await visitor.post("/logout")
        await visitor.keep(oldCookie, sid)
        expect(await visitor.who()).to.deep.equal(anonymous)
        expect(app.errors).to.deep.equal([])
      })

  for (const strategy of ["jwt", "database"] as const)
    it(`gives the parallel requests of a browser one session (${strategy})`, async () => {
      const revocation = memoryRevocation()
      const { visitor, app } = await move({ ours: { strategy, config: { revocation } } })
      const answers = await Promise.all(Array.from({ length: 5 }, () => visitor.get("/guarded")))
      expect(answers.map(({ body }) => body)).to.deep.equal(Array(5).fill('["ada","Ada"]'))
      expect(await visitor.who()).to.deep.equal(ada)
      expect(
        await app.auth.sessions.list("ada").catch(() => [...app.adapter.rows.sessions]),
      ).to.have.lengthOf(1)
    })

  for (const strategy of ["jwt", "database"] as const)
    for (const signOut of ["/logout", "/leave"])
      it(`takes a late request of the browser into the new session, but not after ${signOut} (${strategy})`, async () => {
        const routes: SurfaceOptions["routes"] = (app, auth) =>
          void app.post("/leave", (req, res, next) => auth.signOut(req, res).catch(next))
        const { visitor, app } = await move({ ours: { strategy, routes } })
        const late = new Visitor(app)
        const tooLate = new Visitor(app)
        const sid = (await visitor.cookie(oldCookie)) ?? ""
        await late.keep(oldCookie, sid)
        await tooLate.keep(oldCookie, sid)
        await visitor.who()
        expect(await late.who()).to.deep.equal(ada)
        expect(await late.cookie(sessionCookie)).to.equal(await visitor.cookie(sessionCookie))
        await visitor.post(signOut)
        expect(await tooLate.who()).to.deep.equal(anonymous)
      })

  for (const strategy of ["jwt", "database"] as const)
    it(`begins no session while the old one cannot be destroyed, since it would outlive a sign-out (${strategy})`, async () => {
      const { visitor, store, app } = await move({ ours: { strategy } })
      const sid = (await visitor.cookie(oldCookie)) ?? ""
      store.isReadOnly = true
      expect(await visitor.who()).to.deep.equal(anonymous)
      expect(await visitor.cookie(sessionCookie)).to.equal(undefined)
      expect(await visitor.cookie(oldCookie)).to.equal(sid)
      expect(app.adapter.rows.sessions.size).to.equal(0)
      expect(app.errors.map((error) => [Reflect.get(error, "code"), String(error.cause)])).to.deep.equal([
        ["ERR_AUTH_LOGIN", "Error: The old store is down"],
      ])
      store.isReadOnly = false
      expect(await visitor.who()).to.deep.equal(ada)
      await visitor.post("/logout")
      await visitor.keep(oldCookie, sid)
      expect(await visitor.who()).to.deep.equal(anonymous)
    })

  it("keeps trying to destroy an old session beside the new one, and says each time that it failed", async () => {
    const { visitor, store, app } = await move()
    const sid = (await visitor.cookie(oldCookie)) ?? ""
    await visitor.agent.cookies.store.removeCookie("localhost", "/", oldCookie)
    await visitor.post("/login", { id: "grace" })
    await visitor.keep(oldCookie, sid)
    store.isReadOnly = true
    expect(await visitor.who()).to.include({ name: "Grace" })
    expect(await visitor.cookie(oldCookie)).to.equal(sid)
    expect(app.errors.map(({ message }) => message)).to.deep.equal(["The old store is down"])
    await visitor.post("/logout")
    expect(await visitor.cookie(oldCookie)).to.equal(undefined)
    expect(await visitor.who()).to.deep.equal(anonymous)
    store.isReadOnly = false
    await visitor.post("/login", { id: "grace" })
    await visitor.keep(oldCookie, sid)
    expect(await visitor.who()).to.include({ name: "Grace" })
    expect(await store.size()).to.equal(0)
  })

  it("proves no fresh sign-in", async () => {
    const routes: SurfaceOptions["routes"] = (app, auth) =>
      void app.get("/pay", auth.requireAuth({ maxAge: 60 }), (_req, res) => void res.send("Paid"))
    const { visitor } = await move({ ours: { routes } })
    expect((await visitor.get("/pay")).status).to.equal(401)
  })

  it("knows the cookie by its name, and by every listed secret", async () => {
    const { visitor } = await move({
      classic: { session: { name: "sid", secret: "older" } },
      migration: { name: "sid", secret: ["newer", "older"] },
    })
    expect(await visitor.who()).to.deep.equal(ada)
    expect(await visitor.cookie("sid")).to.equal(undefined)
  })

  it("clears a cookie of another path or domain where it was set", async () => {
    const { visitor } = await move({ migration: { cookie: { path: "/shop", domain: "example.com" } } })
    const { setCookies } = await visitor.get("/who")
    const cleared = setCookies.find((line) => line.startsWith(`${oldCookie}=;`))
    expect(cleared).to.include("Path=/shop").and.include("Domain=example.com").and.include("Max-Age=0")
  })

  for (const [what, value] of [
    ["tampered with", `s:${sign("the-session", secret)}x`],
    ["signed with another secret", `s:${sign("the-session", "another")}`],
    ["not signed", "the-session"],
    ["empty", ""],
    ["junk", "s:%00.%"],
    ["of a session that is gone", `s:${sign("gone", secret)}`],
  ] as const)
    it(`leaves a cookie alone that is ${what}`, async () => {
      const { app, store } = await move()
      const { reads } = store
      const visitor = new Visitor(app)
      await visitor.keep(oldCookie, encodeURIComponent(value))
      const answer = await visitor.get("/who")
      expect(JSON.parse(answer.body)).to.deep.equal(anonymous)
      expect(answer.setCookies).to.deep.equal([])
      expect(store.reads - reads).to.equal(what === "of a session that is gone" ? 1 : 0)
    })

  it("answers whatever stands in the cookie", async () => {
    const { app } = await move()
    const hostile = fc.oneof(
      fc.string(),
      fc.string().map((text) => `s:${text}`),
      fc.string().map((text) => `s:${sign(text, secret)}`),
    )
    await fc.assert(
      fc.asyncProperty(hostile, async (value) => {
        const cookie = `${oldCookie}=${encodeURIComponent(value)}; ${value.replace(/[^\x20-\x7e]/g, "")}`
        expect((await new Visitor(app).get("/who", { cookie })).status).to.equal(200)
      }),
      { numRuns: 200 },
    )
  })

  it("clears a cookie as its name demands", async () => {
    const { former, app } = await move({ migration: { name: "__Secure-sid" } })
    const cookie = `__Secure-sid=${await former.cookie(oldCookie)}`
    const { setCookies } = await new Visitor(app).get("/who", { cookie })
    expect(setCookies.find((line) => line.startsWith("__Secure-sid=;"))).to.include("; Secure")
  })

  it("leaves an old session alone that is anonymous or expired", async () => {
    const { app, store } = await move()
    const expires = new Date(Date.now() - 1000)
    const cookie = { originalMaxAge: 1000, expires }
    const rows = {
      cart: { cookie: { originalMaxAge: null }, cart: ["apple"] },
      old: { cookie, passport: { user: "ada" } },
    }
    // A store that hands out what has expired, as some do until they are cleaned.
    store.get = (sid, done) => done(null, Reflect.get(rows, sid))
    for (const sid of Object.keys(rows)) {
      const visitor = new Visitor(app)
      await visitor.keep(oldCookie, encodeURIComponent(`s:${sign(sid, secret)}`))
      expect(await visitor.who()).to.deep.equal(anonymous)
      expect(await visitor.cookie(oldCookie)).to.be.a("string")
    }
  })

  it("serves anonymous requests while the old store is down, and loses no session", async () => {
    const { visitor, store, app } = await move()
    store.isDown = true
    expect(await visitor.who()).to.deep.equal(anonymous)
    expect(app.errors.map(({ message }) => message)).to.deep.equal(["The old store is down"])
    store.isDown = false
    expect(await visitor.who()).to.deep.equal(ada)
  })

  it("takes a missing file for a missing session", async () => {
    const { visitor, store, app } = await move()
    store.get = (_sid, done) => done(Object.assign(new Error("no such file"), { code: "ENOENT" }))
    expect(await visitor.who()).to.deep.equal(anonymous)
    expect(app.errors).to.deep.equal([])
  })

  for (const gone of [null, false, undefined])
    it(`starts no session for a deleted user (${gone})`, async () => {
      const { visitor } = await move({ migration: { deserializeUser: async () => gone } })
      expect(await visitor.who()).to.deep.equal(anonymous)
      expect(await visitor.cookie(sessionCookie)).to.equal(undefined)
    })

  it("hands a deserializeUser that fails to next(err), and loses nothing", async () => {
    let isDown = true
    const deserializeUser = async (id: string) => {
      if (isDown) throw new Error("The directory is down")
      return find(id)
    }
    const { visitor } = await move({ migration: { deserializeUser } })
    expect((await visitor.get("/who")).status).to.equal(500)
    isDown = false
    expect(await visitor.who()).to.deep.equal(ada)
  })

  it("hands a database of ours that fails to next(err) with 503, and loses nothing", async () => {
    const { visitor, app } = await move({ ours: { strategy: "database" } })
    const { createSession } = app.adapter
    app.adapter.createSession = () => Promise.reject(new Error("The database is down"))
    expect((await visitor.get("/who")).status).to.equal(503)
    app.adapter.createSession = createSession
    expect(await visitor.who()).to.deep.equal(ada)
  })

  it("treats a user that the database does not know as anonymous", async () => {
    const { visitor, app } = await move({
      ours: { strategy: "database" },
      migration: { deserializeUser: () => ({ id: "unknown" }) },
    })
    expect(await visitor.who()).to.deep.equal(anonymous)
    expect(app.errors.map((error) => Reflect.get(error, "code"))).to.deep.equal(["ERR_AUTH_LOGIN"])
  })

  it("drops the old session of a browser that is signed in here", async () => {
    const { visitor, store } = await move()
    const sid = (await visitor.cookie(oldCookie)) ?? ""
    await visitor.agent.cookies.store.removeCookie("localhost", "/", oldCookie)
    await visitor.post("/login", { id: "grace" })
    await visitor.keep(oldCookie, sid)
    expect(await visitor.who()).to.include({ name: "Grace" })
    expect(await visitor.cookie(oldCookie)).to.equal(undefined)
    expect(await store.size()).to.equal(0)
  })

  const crossSite: [string, "get" | "post", Record<string, string>][] = [
    [
      "posts a form",
      "post",
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
    ],
    [
      "loads an image",
      "get",
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
    ],
    [
      "shows a frame",
      "get",
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
    ],
    ["posts from an old browser", "post", { origin: "https://evil.example" }],
    ["posts from a sandbox", "post", { origin: "null" }],
  ]
  for (const [what, method, headers] of crossSite)
    it(`starts no session while another site ${what}`, async () => {
      const routes: SurfaceOptions["routes"] = (app) =>
        void app.post("/who", (req, res) => void res.json(whoIs(req)))
      const { visitor, app, store } = await move({ ours: { routes } })
      const { agent } = visitor
      const url = `${app.url}/who`
      const answer = method === "get" ? await agent.get(url, headers) : await agent.post(url, {}, headers)
      expect(JSON.parse(answer.body)).to.deep.equal(anonymous)
      expect(await store.size()).to.equal(1)
      expect(await visitor.who()).to.deep.equal(ada)
    })

  it("signs in a visitor who follows a link from another site", async () => {
    const { visitor } = await move()
    const headers = {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    }
    expect(JSON.parse((await visitor.get("/who", headers)).body)).to.deep.equal(ada)
  })

  it("removes only the user from an express-session session that continues", async () => {
    const store = new OldStore()
    const session = { secret, store, resave: false, saveUninitialized: false }
    const fill = (app: Express) => {
      app.post("/cart", (req, res) => {
        req.session.cart = ["apple"]
        res.end()
      })
    }
    const former = new Visitor(await startClassic({ session, routes: fill }))
    await former.post("/login", { id: "ada" })
    await former.post("/cart")
    const before = await former.cookie(oldCookie)
    const app = await start({
      before: (app) => app.use(expressSession(session)),
      routes: (app) => {
        app.use(migratePassportSession({ deserializeUser: find }))
        app.get(
          "/kept",
          (req, res) => void res.json([whoIs(req).name, req.session.cart, "passport" in req.session]),
        )
      },
    })
    const visitor = new Visitor(app, former.agent)
    for (let visits = 0; visits < 2; visits++)
      expect(JSON.parse((await visitor.get("/kept")).body)).to.deep.equal(["Ada", ["apple"], false])
    expect(await visitor.cookie(oldCookie))
      .to.be.a("string")
      .and.not.equal(before)
    await visitor.post("/logout")
    expect(await visitor.who()).to.deep.equal(anonymous)
  })

  it("begins no session while an express-session that stays cannot be changed", async () => {
    const store = new OldStore()
    const session = { secret, store, resave: false, saveUninitialized: false }
    const former = new Visitor(await startClassic({ session }))
    await former.post("/login", { id: "ada" })
    const app = await start({
      before: (app) => app.use(expressSession(session)),
      routes: (app) => app.use(migratePassportSession({ deserializeUser: find })),
    })
    const visitor = new Visitor(app, former.agent)
    store.isReadOnly = true
    const sid = (await visitor.cookie(oldCookie)) ?? ""
    expect(await visitor.who()).to.deep.equal(anonymous)
    expect(await visitor.cookie(sessionCookie)).to.equal(undefined)
    expect(app.errors.map(({ message }) => message).join()).to.include("could not be destroyed")
    store.isReadOnly = false
    expect(await visitor.who()).to.deep.equal(ada)
    await visitor.post("/logout")
    await visitor.keep(oldCookie, sid)
    expect(await visitor.who()).to.deep.equal(anonymous)
  })

  const fine = { store: new OldStore(), secret, deserializeUser: find }
  const misuses: [string, object, RegExp][] = [
    ["no deserializeUser", { ...fine, deserializeUser: undefined }, /deserializeUser .*function/],
    ["no secret", { ...fine, secret: undefined }, /secret .*express-session used/],
    ["an empty secret", { ...fine, secret: ["", "x"] }, /secret .*express-session used/],
    ["an object that is not a store", { ...fine, store: {} }, /get\(\) and destroy\(\)/],
    ["a secret without a store", { ...fine, store: undefined }, /needs `store`/],
    ["an unknown option", { ...fine, sercet: "x" }, /"sercet"/],
  ]
  for (const [what, options, message] of misuses)
    it(`refuses ${what} when the app is put together`, () => {
      expect(() => migratePassportSession(options as MigrationOptions))
        .to.throw(message)
        .with.property("code", "ERR_AUTH_INVALID_OPTION")
    })

  it("names the right order when passport(auth) is missing", async () => {
    const app = await start({ before: (app) => app.use(migratePassportSession(fine)) })
    const { status, body } = await new Visitor(app).get("/who")
    expect(status).to.equal(500)
    expect(body).to.include("ran before passport(auth). Mount it after")
  })
})
