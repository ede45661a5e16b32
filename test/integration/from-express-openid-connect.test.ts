import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { secret } from "../support/session-apps.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"

/** The app of the guide "Migrate from express-openid-connect". */
describe("an app that used express-openid-connect", () => {
  let provider: OpenIdProvider
  let server: Listening

  before(async () => {
    provider = await startOpenIdProvider()
    const { issuer, clientId, clientSecret } = provider
    const auth = ExpressAuth({
      secret,
      providers: [{ id: "sso", name: "Company account", type: "oidc", issuer, clientId, clientSecret }],
      callbacks: {
        jwt({ token, profile }) {
          if (profile?.sub) token.sub = profile.sub
          if (profile) token.verified = profile.email_verified
          return token
        },
        session: ({ session, token }) => ({
          ...session,
          user: { ...session.user, verified: token.verified },
        }),
      },
    })
    const app = express()
    app.use("/auth", auth)
    app.get("/", auth.session(), (req, res) => res.send(`Hello ${req.auth?.user.name ?? "stranger"}`))
    app.get("/profile", auth.requireAuth(), (req, res) => res.json(req.auth.user))
    app.get("/login", (_req, res) => res.redirect("/auth/signin?callbackUrl=/profile"))
    app.post("/login", (req, res) => auth.signIn(req, res, "sso", { redirectTo: "/profile" }))
    app.post("/logout", (req, res) => auth.signOut(req, res, { idp: true, redirectTo: "/" }))
    server = await listen(app)
  })
  after(() => Promise.all([server.close(), provider.close()]))

  async function finish(agent: UserAgent, leaving: Visit) {
    return agent.followAll(await signInAtProvider(agent, leaving, { name: "Ada Lovelace" }))
  }

  it("signs in from a link, keeps the sub as id, and has the claims it chose", async () => {
    const agent = new UserAgent()
    expect((await agent.get(`${server.url}/`)).body).to.equal("Hello stranger")
    const page = await agent.followAll(await agent.get(`${server.url}/login`))
    const profile = await finish(agent, await agent.submit(page, { button: /Company account/ }))
    expect(profile.url).to.equal(`${server.url}/profile`)
    expect(JSON.parse(profile.body)).to.deep.include({ id: "ada", name: "Ada Lovelace", verified: true })
    expect((await agent.get(`${server.url}/`)).body).to.equal("Hello Ada Lovelace")
  })

  it("signs in from a handler, and out at the provider", async () => {
    const agent = new UserAgent()
    const profile = await finish(agent, await agent.post(`${server.url}/login`))
    expect(profile.url).to.equal(`${server.url}/profile`)
    const leaving = await agent.post(`${server.url}/logout`)
    expect(redirectTarget(leaving)).to.match(new RegExp(`^${provider.issuer}/session/end\\?`))
    expect((await agent.get(`${server.url}/profile`)).status).to.equal(302)
  })

  it("sends 401 to fetch, and shows a navigation the sign-in page", async () => {
    const api = await new UserAgent({ navigate: false }).get(`${server.url}/profile`)
    expect(api.status).to.equal(401)
    expect(api.headers.get("content-type")).to.include("application/problem+json")
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${server.url}/profile`))
    expect(page.body).to.include("Company account")
    expect(page.url).to.match(/^http:\/\/localhost:\d+\/auth\/signin\?/)
  })
})
