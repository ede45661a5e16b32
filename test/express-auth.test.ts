import { expect } from "chai"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { expressVersions, type Listening, listen } from "./support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "./support/openid-provider.js"
import { signInAtProvider } from "./support/sign-in-at-provider.js"
import { UserAgent } from "./support/user-agent.js"

const secret = "a secret of at least thirty-two characters"

for (const [version, express] of expressVersions) {
  describe(`ExpressAuth on ${version}`, () => {
    let provider: OpenIdProvider
    let server: Listening | undefined

    before(async () => {
      provider = await startOpenIdProvider()
    })
    after(() => provider.close())
    afterEach(async () => {
      await server?.close()
      server = undefined
    })

    function demo(): ExpressAuthConfig["providers"][number] {
      const { issuer, clientId, clientSecret } = provider
      return {
        id: "demo",
        name: "Demo",
        type: "oidc",
        issuer,
        clientId,
        clientSecret,
        checks: ["pkce", "nonce"],
      }
    }

    async function start(config: Partial<ExpressAuthConfig> = {}) {
      const auth = ExpressAuth({ providers: [demo()], secret, ...config })
      const app = express()
      app.use("/auth", auth)
      app.get("/dashboard", auth.requireAuth(), (req, res) => {
        res.send(`Hello ${req.auth.user.name}`)
      })
      server = await listen(app)
      return server
    }

    it("signs a person in through an OpenID provider and out again", async () => {
      const { url } = await start()
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
}
