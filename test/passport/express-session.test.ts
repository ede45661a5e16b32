import { expect } from "chai"
import type { Express, Request } from "express"
import expressSession from "express-session"
import { expressVersions, type Listening } from "../support/listen.js"
import { ada, useSurfaceApps, Visitor } from "./surface-apps.js"

declare module "express-session" {
  interface SessionData {
    cart?: string[]
  }
}

const oldSession = () => expressSession({ secret: "old", resave: false, saveUninitialized: false })

/** A shop that keeps a cart in express-session. */
function addCart(app: Express): void {
  app.post("/cart/:item", (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), req.params.item]
    res.json(req.session.cart)
  })
  app.get("/cart", (req, res) => void res.json(req.session.cart ?? []))
  app.post("/enter", (req, res, next) => {
    const done = (error: unknown) => (error ? next(error) : res.json(req.session.cart ?? []))
    req.login({ id: "ada", name: "Ada" }, { session: true, keepSessionInfo: asked(req) }, done)
  })
  app.post("/leave", (req, res, next) => {
    const done = (error: unknown) => (error ? next(error) : res.json(req.session.cart ?? []))
    req.logout({ keepSessionInfo: asked(req) }, done)
  })
}

const asked = (req: Request) => req.query.keep === "yes"

describe("express-session beside ours", () => {
  const { start, startClassic } = useSurfaceApps()

  for (const [version, express] of expressVersions) {
    const apps: [string, () => Promise<Listening>][] = [
      ["Passport", () => startClassic({ express, routes: addCart })],
      ["us", () => start({ express, before: (app) => app.use(oldSession()), routes: addCart })],
    ]
    for (const [kind, startApp] of apps)
      for (const [way, keep] of [
        ["enter", "yes"],
        ["enter", "no"],
        ["leave", "yes"],
        ["leave", "no"],
      ] as const)
        it(`is a new one after /${way}, with what it held where asked (${keep}): ${kind}, ${version}`, async () =>
          goThrough(await startApp(), way, keep))
  }

  async function goThrough(app: Listening, way: "enter" | "leave", keep: "yes" | "no"): Promise<void> {
    const visitor = new Visitor(app)
    if (way === "leave") await visitor.post("/login", { id: "ada" })
    await visitor.post("/cart/apple")
    const before = (await visitor.cookie("connect.sid")) ?? ""
    const kept = keep === "yes" ? ["apple"] : []
    const { body } = await visitor.post(`/${way}?keep=${keep}`)
    expect(JSON.parse(body)).to.deep.equal(kept)
    expect(JSON.parse((await visitor.get("/cart")).body)).to.deep.equal(kept)
    const thief = new Visitor(app)
    await thief.keep("connect.sid", before)
    expect(JSON.parse((await thief.get("/cart")).body)).to.deep.equal([])
  }

  it("does not keep Passport's user after a logout", async () => {
    const app = await start({
      before: (app) => app.use(oldSession()),
      routes: (app) => {
        app.post("/as-passport-left-it", (req, res) => {
          Object.assign(req.session, { passport: { user: "ada" }, cart: ["apple"] })
          res.end()
        })
        app.get("/content", (req, res) => void res.json(Object.keys(req.session)))
        addCart(app)
      },
    })
    const visitor = new Visitor(app)
    await visitor.post("/as-passport-left-it")
    await visitor.post("/leave?keep=yes")
    expect(JSON.parse((await visitor.get("/content")).body)).to.deep.equal(["cookie", "cart"])
  })

  it("neither signs in nor out by itself", async () => {
    const app = await start({ before: (app) => app.use(oldSession()), routes: addCart })
    const visitor = new Visitor(app)
    await visitor.post("/cart/apple")
    await visitor.post("/login", { id: "ada" })
    await visitor.agent.cookies.store.removeCookie("localhost", "/", "connect.sid")
    expect(await visitor.who()).to.deep.equal(ada)
  })
})
