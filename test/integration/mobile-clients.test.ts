import { expect } from "chai"
import express from "express"
import { ExpressAuth, type VerificationRequest } from "express-authjs"
import { database } from "express-authjs/database"
import Credentials from "express-authjs/providers/credentials"
import { createRemoteJWKSet, jwtVerify } from "jose"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { secret } from "../support/session-apps.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"

const mobileClient = "the mobile app"

/** The guide "Mobile apps", with a native client that keeps cookies and sends neither Origin nor Sec-Fetch-Site. */
describe("a native client", () => {
  const db = database("sqlite::memory:", { migrate: true })
  const codes: string[] = []
  let provider: OpenIdProvider
  let server: Listening

  before(async () => {
    provider = await startOpenIdProvider()
    const { issuer, clientId, clientSecret } = provider
    const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))

    async function authorize({ idToken }: { idToken?: unknown }) {
      const options = { issuer, audience: mobileClient, maxTokenAge: "5 minutes" }
      const verified = await jwtVerify(String(idToken), keys, options).catch(() => null)
      if (!verified?.payload.sub) return null
      return db.getUserByAccount({ provider: "sso", providerAccountId: verified.payload.sub })
    }

    const auth = ExpressAuth({
      ...{ secret, adapter: db, logger: { warn: () => {} } },
      callbacks: { redirect: ({ url }) => (url.endsWith("/app") ? "myapp://signed-in" : url) },
      providers: [
        { id: "sso", name: "Company account", type: "oidc", issuer, clientId, clientSecret },
        { id: "email", name: "Email", type: "email", sendVerificationRequest },
        Credentials({ id: "app", credentials: { idToken: { type: "hidden" } }, authorize }),
      ],
    })
    const app = express()
    app.use("/auth", auth)
    app.get("/api/me", auth.requireAuth(), (req, res) => res.json(req.auth.user))
    server = await listen(app)
  })
  after(async () => {
    await Promise.all([server.close(), provider.close()])
    await db.close()
  })

  function sendVerificationRequest({ code = "" }: VerificationRequest) {
    codes.push(code)
  }

  async function post(client: UserAgent, path: string, fields: Record<string, string> = {}) {
    const { csrfToken } = JSON.parse((await client.get(`${server.url}/auth/csrf`)).body)
    const headers = { "x-auth-return-redirect": "1", accept: "application/json" }
    return client.post(`${server.url}/auth/${path}`, { csrfToken, ...fields }, headers)
  }

  async function tokenFor(claims: object) {
    const now = Math.floor(Date.now() / 1000)
    const { issuer: iss } = provider
    return provider.sign({ iss, aud: mobileClient, sub: "ada", iat: now, exp: now + 600, ...claims })
  }

  /** A browser on the website, whose user the mobile app finds later. */
  async function signInOnWebsite(callbackUrl = "/api/me") {
    const agent = new UserAgent()
    const page = await agent.get(`${server.url}/auth/signin/sso?callbackUrl=${callbackUrl}`)
    const leaving = await agent.submit(page, { formAction: /signin\/sso/ })
    return signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
  }

  it("exchanges an id_token for a session, uses it, and ends it", async () => {
    await signInOnWebsite()
    const client = new UserAgent({ navigate: false })
    expect((await client.get(`${server.url}/api/me`)).status).to.equal(401)
    const answer = await post(client, "callback/app", { idToken: await tokenFor({}) })
    expect(new URL(JSON.parse(answer.body).url).searchParams.get("error")).to.equal(null)
    expect(JSON.parse((await client.get(`${server.url}/api/me`)).body)).to.include({ name: "Ada Lovelace" })
    await post(client, "signout")
    expect((await client.get(`${server.url}/api/me`)).status).to.equal(401)
  })

  it("signs in with a mailed code in a form of its own", async () => {
    const client = new UserAgent({ navigate: false })
    await post(client, "signin/email", { email: "grace@example.com" })
    const wrong = await post(client, "verify-request", { code: "000000" === codes[0] ? "111111" : "000000" })
    expect(JSON.parse(wrong.body).url).to.include("error=CodeWrong")
    await post(client, "verify-request", { code: codes[0] ?? "" })
    expect(JSON.parse((await client.get(`${server.url}/api/me`)).body).email).to.equal("grace@example.com")
  })

  it("gets no session for a token of another client, an old one, or of an unknown user", async () => {
    const old = Math.floor(Date.now() / 1000) - 400
    for (const claims of [
      { aud: "another app" },
      { iat: old },
      { sub: "stranger" },
      { iss: "https://evil.example" },
    ]) {
      const client = new UserAgent({ navigate: false })
      const answer = await post(client, "callback/app", { idToken: await tokenFor(claims) })
      expect(JSON.parse(answer.body).url, JSON.stringify(claims)).to.include("error=CredentialsSignin")
      expect((await client.get(`${server.url}/api/me`)).status).to.equal(401)
    }
  })

  it("is not redirected to a scheme of its own, even by callbacks.redirect", async () => {
    const back = await signInOnWebsite("/app")
    expect(back.headers.get("location")).to.equal(`${server.url}/`)
  })

  it("cannot send the session as a bearer token", async () => {
    await signInOnWebsite()
    const client = new UserAgent({ navigate: false })
    await post(client, "callback/app", { idToken: await tokenFor({}) })
    const [cookie] = await client.cookies
      .getCookies(server.url)
      .then((all) => all.filter(({ key }) => key.endsWith("session-token")))
    const bearer = { authorization: `Bearer ${cookie?.value}` }
    expect((await new UserAgent({ navigate: false }).get(`${server.url}/api/me`, bearer)).status).to.equal(
      401,
    )
  })
})
