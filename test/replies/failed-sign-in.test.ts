import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"

describe("a sign-in that did not work", () => {
  let provider: OpenIdProvider
  let server: Listening | undefined
  let logged: unknown[]

  before(async () => {
    provider = await startOpenIdProvider()
  })
  after(() => provider.close())
  afterEach(() => server?.close())

  async function start(config: Partial<ExpressAuthConfig> = {}) {
    const { issuer, clientId, clientSecret } = provider
    logged = []
    const auth = ExpressAuth({
      secret: "a secret of at least thirty-two characters",
      logger: { error: (error) => logged.push(error) },
      providers: [
        { id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret },
        Credentials({
          credentials: { password: {} },
          authorize: ({ password }) => (password === "right" ? { id: "1" } : null),
        }),
      ],
      ...config,
    })
    const app = express()
    app.use("/auth", auth)
    app.get("/reports", auth.requireAuth(), (_req, res) => res.send("reports"))
    app.post("/login", express.urlencoded(), (req, res) => auth.signIn(req, res, "credentials"))
    server = await listen(app)
    return server.url
  }

  for (const signIn of [undefined, "/login"]) {
    it(`keeps the destination for the next try on ${signIn ?? "our own page"}`, async () => {
      const url = await start(signIn ? { pages: { signIn } } : {})
      const agent = new UserAgent()
      const page = new URL((await agent.get(`${url}/reports`)).headers.get("location") ?? "", url)
      const { csrfToken } = JSON.parse((await agent.get(`${url}/auth/csrf`)).body)
      const fields = { csrfToken, callbackUrl: page.searchParams.get("callbackUrl") ?? "", password: "wrong" }
      const refused = await agent.post(signIn ? `${url}/login` : `${url}/auth/callback/credentials`, fields)
      const back = new URL(refused.headers.get("location") ?? "")
      expect(back.pathname).to.equal(signIn ?? "/auth/signin")
      expect(back.searchParams.get("error")).to.equal("CredentialsSignin")
      expect(back.searchParams.get("callbackUrl")).to.equal(`${url}/reports`)
      expect(logged).to.deep.equal([])
    })
  }

  it("shows a message after a cancellation at the provider, and logs nothing", async () => {
    const url = await start()
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${url}/reports`))
    const leaving = await agent.submit(page, { formAction: /signin\/demo/ })
    const again = await agent.followAll(await signInAtProvider(agent, leaving, { cancel: true }))
    expect(textOf(again.body)).to.include("You cancelled")
    expect(new URL(again.url).searchParams.get("callbackUrl")).to.equal(`${url}/reports`)
    expect(logged).to.deep.equal([])
  })
})
