import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig, type VerificationRequest } from "express-authjs"
import { database } from "express-authjs/database"
import Credentials from "express-authjs/providers/credentials"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { secret } from "../support/session-apps.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

/** The guide "Languages", in two languages. */
describe("an app in two languages, by a function that chooses the messages", () => {
  const adapter = database("sqlite::memory:", { migrate: true })
  const mails: string[] = []
  let provider: OpenIdProvider
  let server: Listening

  before(async () => {
    provider = await startOpenIdProvider()
    const { issuer, clientId, clientSecret } = provider
    const common: ExpressAuthConfig = {
      ...{ secret, adapter, tenant: "app", session: { strategy: "jwt" }, logger: { warn: () => {} } },
      providers: [
        { id: "sso", name: "Company account", type: "oidc", issuer, clientId, clientSecret },
        { id: "email", name: "Email", type: "email", sendVerificationRequest },
        Credentials({
          credentials: { name: { label: "Name" } },
          authorize: ({ name }) => (name === "Ada" ? { id: "1", name } : null),
        }),
      ],
    }
    const german = { ...common, messages: { CredentialsSignin: "Name oder Passwort ist falsch." } }
    const auth = ExpressAuth((req) => (req.acceptsLanguages("en", "de") === "de" ? german : common))
    const app = express()
    app.use("/auth", auth)
    app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name}`))
    server = await listen(app)
  })
  after(async () => {
    await Promise.all([server.close(), provider.close()])
    await adapter.close()
  })

  function sendVerificationRequest({ request }: VerificationRequest) {
    mails.push(request.headers.get("accept-language") ?? "")
  }

  const visitor = (language: string) => new UserAgent({ headers: { "accept-language": language } })

  async function enter(agent: UserAgent, name: string) {
    const page = await agent.get(`${server.url}/auth/signin`)
    const choice = { formAction: /callback\/credentials$/, fields: { name } }
    return agent.followAll(await agent.submit(page, choice))
  }

  it("explains a refusal in the language of the visitor", async () => {
    expect((await enter(visitor("de"), "Eve")).body).to.include("Name oder Passwort ist falsch.")
    expect((await enter(visitor("en"), "Eve")).body).to.include("Those details do not match.")
  })

  it("keeps the session when the language changes", async () => {
    const agent = visitor("de")
    await enter(agent, "Ada")
    expect((await agent.get(`${server.url}/`, { "accept-language": "en" })).body).to.equal("Hello Ada")
  })

  it("tells the mailer the language of the browser that asked", async () => {
    const agent = visitor("de-AT")
    const page = await agent.get(`${server.url}/auth/signin`)
    await agent.submit(page, { formAction: /signin\/email$/, fields: { email: "ada@example.com" } })
    expect(mails).to.deep.equal(["de-AT"])
  })

  it("passes ui_locales of a sign-in link on to the provider", async () => {
    const agent = visitor("de")
    const page = await agent.get(`${server.url}/auth/signin/sso?ui_locales=de`)
    const leaving = await agent.submit(page, { formAction: /signin\/sso/ })
    expect(new URL(redirectTarget(leaving) ?? "").searchParams.get("ui_locales")).to.equal("de")
  })
})
