import { expect } from "chai"
import { ensureLoggedIn } from "connect-ensure-login"
import type { Express } from "express"
import { ExpressAuth, type ExpressAuthConfig, type ExpressAuthHandler } from "express-authjs"
import { type AuthenticateOptions, authenticate } from "express-authjs/passport"
import { expressVersions } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { ada, byName, nobody, secret, useSurfaceApps, Visitor } from "./surface-apps.js"

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
      expect(await new Visitor(app, agent).who()).to.deep.equal(nobody)
      const right = await agent.submit(wrong, { fields: { name: "Ada" } })
      expect(right.headers.get("location")).to.equal(`${app.url}/in`)
      expect(await new Visitor(app, agent).who()).to.deep.equal(ada)
    })

    it(`leads back where a guard came from, else where it is told, ${version}`, async () => {
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
      expect(await new Visitor(app, agent).who()).to.deep.equal(nobody)
      const answer = await agent.submit(page, { fields: { name: "Ada" } })
      expect(answer.headers.get("location")).to.equal(`${app.url}/in`)
    })
  }

  it("signs nobody in for another site (S19)", async () => {
    const app = await start({ config: pages, routes: addLogin({}) })
    const visitor = new Visitor(app)
    const headers = { "sec-fetch-site": "cross-site" }
    const { status } = await visitor.agent.post(`${app.url}/login`, { name: "Ada" }, headers)
    expect(status).to.equal(403)
    expect(await visitor.who()).to.deep.equal(nobody)
  })

  const misuses: [object, RegExp][] = [
    [{ failureRedirect: "/failed" }, /pages: \{ signIn: "\/failed" \}/],
    [{ failureMessage: true }, /`messages`/],
    [{ failureFlash: true }, /`messages`/],
    [{ successFlash: "Welcome" }, /events\.signIn/],
    [{ session: false }, /requireAuth/],
    [{ scope: ["email"] }, /authorization\.params\.scope/],
    [{ assignProperty: "account" }, /linkAccount/],
    [{ sucessRedirect: "/" }, /knows no option "sucessRedirect"/],
  ]
  for (const [options, message] of misuses)
    it(`refuses ${JSON.stringify(options)} when the app is put together, and says what to do`, () => {
      expect(() => authenticate(ExpressAuth(config), "credentials", options))
        .to.throw(message)
        .with.property("code", "ERR_AUTH_INVALID_OPTION")
    })
})
