import { expect } from "chai"
import { useAuthApps } from "./support/auth-apps.js"
import { expressVersions } from "./support/listen.js"
import { signInAtProvider } from "./support/sign-in-at-provider.js"
import { UserAgent } from "./support/user-agent.js"

for (const [version, express] of expressVersions)
  describe(`ExpressAuth on ${version}`, () => {
    const { start, demo } = useAuthApps()

    it("signs a person in through an OpenID provider and out again", async () => {
      const { url } = await start(
        { providers: [demo({ checks: ["pkce", "nonce"] })] },
        {
          express,
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
