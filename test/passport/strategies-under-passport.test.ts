import { expect } from "chai"
import { ensureLoggedIn } from "connect-ensure-login"
import express from "express"
import session from "express-session"
import { Passport, type Strategy } from "passport"
import { listen } from "../support/listen.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { type StrategyCase, strategyCases } from "./strategies.js"

describe("the strategies under Passport itself, by which their servers are right", () => {
  for (const [name, strategyCase] of Object.entries(strategyCases))
    it(`${name} signs Ada in, and refuses wrong credentials`, async () => {
      const { url, close } = await startClassicApp(strategyCase)
      const [agent, other] = [new UserAgent(), new UserAgent()]
      expect(redirectTarget(await agent.get(`${url}/members`))).to.equal(`${url}/login`)

      const back = strategyCase.typed
        ? await agent.post(`${url}/callback`, strategyCase.typed)
        : await signInAtProvider(agent, await agent.get(`${url}/signin`), { name: "Ada Lovelace" })
      expect(redirectTarget(back)).to.equal(`${url}/members`)
      expect(JSON.parse((await agent.follow(back)).body)).to.deep.equal({
        id: "ada",
        name: "Ada Lovelace",
        email: "ada@example.com",
      })

      const refused = strategyCase.typed
        ? await other.post(`${url}/callback`, { ...strategyCase.typed, password: "wrong" })
        : await signInAtProvider(other, await other.get(`${url}/signin`), { cancel: true })
      expect(redirectTarget(await other.get(`${url}/members`))).to.equal(`${url}/login`)
      expect([302, 500]).to.include(refused.status)
      await close()
    })
})

/** An app as Passport's users wrote it for ten years. */
async function startClassicApp({ start }: StrategyCase) {
  const app = express()
  app.set("env", "test")
  const [server, started] = await Promise.all([listen(app), start()])
  const passport = new Passport()
  passport.use("it", started.create(`${server.url}/callback`) as Strategy)
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: Express.User, done) => done(null, user))
  app.use(express.urlencoded({ extended: false }))
  app.use(session({ secret: "s", resave: false, saveUninitialized: false }))
  app.use(passport.session())
  app.get("/signin", passport.authenticate("it"))
  app.all(
    "/callback",
    passport.authenticate("it", { successRedirect: "/members", failureRedirect: "/login" }),
  )
  app.get("/members", ensureLoggedIn(), (req, res) => void res.json(req.user))
  const close = () => Promise.all([server.close(), started.close()])
  return { url: server.url, close }
}
