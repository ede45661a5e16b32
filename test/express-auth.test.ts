import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import request from "supertest"
import { useAuthApps } from "./support/auth-apps.js"
import { credentialsConfig } from "./support/credentials-app.js"
import { expressVersions } from "./support/listen.js"
import { signInAtProvider } from "./support/sign-in-at-provider.js"
import { UserAgent } from "./support/user-agent.js"

for (const [version, create] of expressVersions)
  describe(`ExpressAuth on ${version}`, () => {
    const { start, demo } = useAuthApps()

    it("signs a user in through an OpenID provider and out again", async () => {
      const { url } = await start(
        { providers: [demo({ checks: ["pkce", "nonce"] })] },
        {
          express: create,
          routes: (app, auth) =>
            app.get("/dashboard", auth.requireAuth(), (req, res) => {
              res.send(`Hello ${req.auth.user.name}`)
            }),
        },
      )
      const agent = new UserAgent()
      const refused = await agent.get(`${url}/dashboard`)
      expect(refused.status).to.equal(302)
      const page = await agent.follow(refused)
      expect(page.status).to.equal(200)
      const leaving = await agent.submit(page, { formAction: /signin\/demo/ })
      const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
      expect(back.status, back.body).to.equal(302)
      const dashboard = await agent.follow(back)
      expect(dashboard.url).to.equal(`${url}/dashboard`)
      expect(dashboard.body).to.equal("Hello Ada Lovelace")
      const signOut = await agent.get(`${url}/auth/signout`)
      const out = await agent.submit(signOut, { formAction: /signout/ })
      expect(out.status).to.equal(302)
      expect((await agent.get(`${url}/dashboard`)).status).to.equal(302)
    })
  })

describe("the promise of ExpressAuth()", () => {
  it("resolves after the answer, or after next() was called", async () => {
    const auth = ExpressAuth(credentialsConfig())
    const order: string[] = []
    const app = express().use("/auth", async (req, res, next) => {
      await auth(req, res, () => {
        order.push("next")
        next()
      })
      order.push(res.headersSent ? "answered" : "passed on")
    })
    await request(app).get("/auth/session").expect(200)
    await request(app).get("/auth/nothing").expect(404)
    expect(order.slice(0, 2)).to.deep.equal(["answered", "next"])
    expect(order).to.have.lengthOf(3)
  })

  it("resolves though the configuration fails, since next() gets the error", async () => {
    const auth = ExpressAuth(() => Promise.reject(new Error("no tenant")))
    const errors: unknown[] = []
    const app = express().use("/auth", async (req, res) => {
      await auth(req, res, (error?: unknown) => void errors.push(error))
      res.end()
    })
    await request(app).get("/auth/session").expect(200)
    expect(String(errors[0])).to.equal("Error: no tenant")
  })
})
