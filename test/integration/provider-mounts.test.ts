import { expect } from "chai"
import type { Express } from "express"
import { ExpressAuth, type ExpressAuthConfig, type ExpressAuthHandler } from "express-authjs"
import { credentialsConfig } from "../support/credentials-app.js"
import { expressVersions, type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"

for (const [version, express] of expressVersions) {
  const wildcard = version === "Express 4" ? "/auth/*" : "/auth/*splat"
  const mounts: readonly (readonly [
    base: string,
    mount: (app: Express, auth: ExpressAuthHandler) => unknown,
  ])[] = [
    ["/auth", (app, auth) => app.use(wildcard, auth)],
    ["/api/auth/signin", (app, auth) => app.use("/api/auth/signin", auth)],
    ["/t/acme/auth", (app, auth) => app.use("/t/:tenant/auth", auth)],
    [
      "/one/two/auth",
      (app, auth) => app.use("/one", express.Router().use("/two", express.Router().use("/auth", auth))),
    ],
    ["/account/auth", (app, auth) => app.use("/account", express().use("/auth", auth))],
    ["/Account/auth", (app, auth) => app.use("/Account/auth", auth)],
  ]

  describe(`a sign-in at a provider on ${version}`, () => {
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

    async function start(
      mount: (app: Express, auth: ExpressAuthHandler) => unknown,
      config: Partial<ExpressAuthConfig> = {},
    ) {
      const { issuer, clientId, clientSecret } = provider
      const demo = { id: "demo", name: "Demo", type: "oidc" as const, issuer, clientId, clientSecret }
      const app = express()
      app.set("env", "test")
      mount(app, ExpressAuth(credentialsConfig({ providers: [demo], ...config })))
      app.get("/done", (_req, res) => void res.send("done"))
      server = await listen(app)
      return server.url
    }

    for (const [base, mount] of mounts)
      it(`comes back to ${base}`, async () => {
        const url = await start(mount)
        const agent = new UserAgent()
        const page = await agent.get(`${url}${base}/signin?callbackUrl=/done`)
        const back = await signInAtProvider(agent, await agent.submit(page), { name: "Ada Lovelace" })
        expect(back.url)
          .to.match(new RegExp(`^${url}`))
          .and.include(`${base}/callback/demo?`)
        expect(back.headers.get("location"), back.body).to.equal(`${url}/done`)
        const session = await agent.get(`${url}${base}/session`)
        expect(JSON.parse(session.body).user).to.include({ name: "Ada Lovelace" })
      })

    it("comes back to the mount's own spelling, whatever the visitor wrote", async () => {
      const url = await start((app, auth) => app.use("/auth", auth))
      const agent = new UserAgent()
      const page = await agent.get(`${url}/AUTH/signin`)
      const back = await signInAtProvider(agent, await agent.submit(page), { name: "Ada Lovelace" })
      expect(back.url).to.include(`${url}/auth/callback/demo?`)
      expect(back.headers.get("location")).to.equal(`${url}/`)
    })
  })
}
