import type { Adapter } from "@auth/core/adapters"
import Nodemailer from "@auth/core/providers/nodemailer"
import { expect } from "chai"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import request from "supertest"
import { credentialsConfig, signInByName } from "../support/credentials-app.js"
import { expressVersions, type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"

for (const [version, express] of expressVersions) {
  describe(`two instances in one process on ${version}`, () => {
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
      return { id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret }
    }

    it("keep their mounts, cookies, secrets and providers apart", async () => {
      const staff = ExpressAuth(credentialsConfig({ cookiePrefix: "staff", secret: "staff ".repeat(6) }))
      const shop = ExpressAuth(credentialsConfig({ cookiePrefix: "shop", secret: "shop! ".repeat(6) }))
      const app = express().use("/staff/auth", staff).use("/shop/auth", shop)
      app.get("/staff", staff.requireAuth(), (req, res) => void res.send(`staff ${req.auth.user.name}`))
      app.get("/shop", shop.requireAuth(), (req, res) => void res.send(`shop ${req.auth.user.name}`))
      const agent = await signInByName(app, "/staff/auth", "Ada")
      await agent.get("/staff").expect(200, "staff Ada")
      const { location } = (await agent.get("/shop").accept("html").expect(302)).headers
      expect(location).to.match(/^\/shop\/auth\/signin\?/)
    })

    it("S5 take no session of each other's, even under the same cookie name", async () => {
      const one = express().use("/auth", ExpressAuth(credentialsConfig({ secret: "one ".repeat(9) })))
      const other = express().use("/auth", ExpressAuth(credentialsConfig({ secret: "other ".repeat(9) })))
      const agent = await signInByName(one, "/auth")
      const cookie = agent.jar.getCookie("authjs.session-token", { domain: "127.0.0.1", path: "/" } as never)
      const sent = `authjs.session-token=${cookie?.value}`
      expect((await request(one).get("/auth/session").set("cookie", sent)).body.user).to.include({
        name: "Ada",
      })
      expect((await request(other).get("/auth/session").set("cookie", sent)).body).to.equal(null)
    })

    it("need no adapter because another has an e-mail provider, credentials or passkeys", async () => {
      const mail = ExpressAuth(
        credentialsConfig({
          providers: [
            Nodemailer({
              server: "smtp://127.0.0.1:1",
              from: "a@example.com",
              sendVerificationRequest: async () => {},
            }),
          ],
          adapter: mailAdapter(),
          session: { strategy: "jwt" },
        }),
      )
      const oidc = ExpressAuth(credentialsConfig({ providers: [demo()] }))
      const local = ExpressAuth(credentialsConfig())
      const app = express().use("/mail/auth", mail).use("/local/auth", local).use("/auth", oidc)
      server = await listen(app)
      const agent = new UserAgent()
      const form = await agent.get(`${server.url}/mail/auth/signin`)
      const sent = await agent.submit(form, { fields: { email: "ada@example.com" } })
      expect(sent.headers.get("location")).to.include("/mail/auth/verify-request")
      await signInByName(app, "/local/auth")
      const leaving = await agent.submit(await agent.get(`${server.url}/auth/signin`))
      const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
      expect(back.headers.get("location")).to.equal(`${server.url}/`)
      expect(JSON.parse((await agent.get(`${server.url}/auth/session`)).body).user.name).to.equal(
        "Ada Lovelace",
      )
    })
  })
}

/** What signing in by e-mail needs at least. */
function mailAdapter(): Adapter {
  return {
    createVerificationToken: async (token) => token,
    useVerificationToken: async () => null,
    getUserByEmail: async () => null,
    createUser: async (user) => user,
    updateUser: async (user) => ({ email: "", emailVerified: null, ...user }),
    getUser: async () => null,
    getUserByAccount: async () => null,
    linkAccount: async () => null,
  }
}
