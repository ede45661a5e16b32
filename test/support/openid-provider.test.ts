import { createHash, randomBytes } from "node:crypto"
import { expect } from "chai"
import express from "express"
import { createLocalJWKSet, jwtVerify } from "jose"
import { type Listening, listen } from "./listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "./openid-provider.js"
import { type ProviderLogin, signInAtProvider } from "./sign-in-at-provider.js"
import { UserAgent } from "./user-agent.js"

const verifier = randomBytes(32).toString("base64url")
const ada = { sub: "ada", name: "Ada Lovelace", email: "ada@example.com", email_verified: true }

describe("the OpenID provider of the tests", () => {
  let provider: OpenIdProvider
  let app: Listening

  before(async () => {
    provider = await startOpenIdProvider()
    app = await listen(express().get("/callback", (req, res) => res.json(req.query)))
  })
  after(() => Promise.all([provider.close(), app.close()]))

  it("signs a user in: code, tokens by PKCE and client_secret_basic, userinfo, refresh", async () => {
    const { code = "" } = await authorize({ name: "Ada Lovelace" })
    const tokens = await redeem({ grant_type: "authorization_code", code, code_verifier: verifier })
    const claims = await verifyIdToken(tokens.id_token)
    expect(claims).to.include({ ...ada, nonce: "n-1", picture: `${provider.issuer}/picture/ada.svg` })

    const userinfo = await fetch(`${provider.issuer}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    expect(await userinfo.json()).to.include(ada)

    const renewed = await redeem({ grant_type: "refresh_token", refresh_token: tokens.refresh_token ?? "" })
    expect(renewed).to.include.keys("access_token", "id_token", "refresh_token")
  })

  it("makes an account for a name it does not know", async () => {
    const { code = "" } = await authorize({ name: "Zoë Müller" })
    const tokens = await redeem({ grant_type: "authorization_code", code, code_verifier: verifier })
    const zoe = { sub: "zoe.muller", name: "Zoë Müller", email: "zoe.muller@example.com" }
    expect(await verifyIdToken(tokens.id_token)).to.include(zoe)
  })

  it("refuses a wrong code_verifier", async () => {
    const { code = "" } = await authorize({ name: "Ada Lovelace" })
    const tokens = await redeem({ grant_type: "authorization_code", code, code_verifier: "x".repeat(43) })
    expect(tokens).to.include({ error: "invalid_grant" })
  })

  it("comes back with access_denied when the user cancels", async () => {
    expect(await authorize({ cancel: true })).to.include({ error: "access_denied", state: "s-1" })
  })

  it("answers by form_post where the client asks for it", async () => {
    const agent = new UserAgent()
    const start = await agent.get(authorizationUrl({ response_mode: "form_post" }))
    const answer = await signInAtProvider(agent, start, { name: "Ada Lovelace" })
    expect(answer).to.include({ method: "POST", site: "cross-site" })
    expect(answer.form?.toString()).to.match(/^code=/)
  })

  it("offers its accounts as buttons and asks no second time while it remembers the user", async () => {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(authorizationUrl()))
    expect(page.body).to.include("Demo identity provider")
    const chosen = await agent.followAll(await agent.submit(page, { button: "Continue as Grace Hopper" }))
    expect(JSON.parse(chosen.body)).to.have.property("code")
    const again = await agent.followAll(await agent.get(authorizationUrl()))
    expect(JSON.parse(again.body)).to.have.property("code")
  })

  it("asks again for prompt=login, and needs no answer to prompt=consent", async () => {
    const agent = new UserAgent()
    await signInAtProvider(agent, await agent.get(authorizationUrl()), { name: "Ada Lovelace" })
    const login = await agent.followAll(
      await agent.get(authorizationUrl({ prompt: "login", login_hint: "Ada" })),
    )
    expect(login.body).to.include('value="Ada"')
    const consent = await agent.followAll(await agent.get(authorizationUrl({ prompt: "consent" })))
    expect(JSON.parse(consent.body)).to.have.property("code")
  })

  it("asks for a name that was left out", async () => {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(authorizationUrl()))
    const asked = await agent.submit(page, { formAction: /login$/, fields: { login: " " } })
    expect(asked.status).to.equal(400)
    expect(asked.body).to.include("Enter a name to sign in with.")
  })

  it("signs a user out (RP-initiated) and returns to the app", async () => {
    const agent = new UserAgent()
    await signInAtProvider(agent, await agent.get(authorizationUrl()), { name: "Ada Lovelace" })
    const query = new URLSearchParams({
      client_id: provider.clientId,
      post_logout_redirect_uri: `${app.url}/callback`,
    })
    const page = await agent.get(`${provider.issuer}/session/end?${query}`)
    const gone = await agent.followAll(await agent.submit(page, { button: "Sign out" }))
    expect(gone.url).to.equal(`${app.url}/callback`)
    const asked = await agent.followAll(await agent.get(authorizationUrl()))
    expect(asked.body).to.include("Continue as Ada Lovelace")
  })

  it("refuses a redirect URI off loopback, and every other one where URIs are registered", async () => {
    const agent = new UserAgent()
    const foreign = await agent.get(authorizationUrl({ redirect_uri: "https://evil.example/callback" }))
    expect(foreign.status).to.equal(400)
    const strict = await startOpenIdProvider({ redirectUris: ["http://localhost:9/only"] })
    const url = authorizationUrl({ client_id: strict.clientId }).replace(provider.issuer, strict.issuer)
    expect((await agent.get(url)).body).to.include("redirect_uri")
    await strict.close()
  })

  it("records the requests", () => {
    const first = provider.requests.find(({ path }) => path === "/auth")
    expect(first).to.include({ method: "GET" })
    expect(first?.query).to.include({ client_id: provider.clientId, code_challenge_method: "S256" })
  })

  function authorizationUrl(parameters: Record<string, string> = {}): string {
    const query = new URLSearchParams({
      client_id: provider.clientId,
      redirect_uri: `${app.url}/callback`,
      response_type: "code",
      scope: "openid profile email",
      state: "s-1",
      nonce: "n-1",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...parameters,
    })
    return `${provider.issuer}/auth?${query}`
  }

  async function authorize(login: ProviderLogin): Promise<Record<string, string>> {
    const agent = new UserAgent()
    const answer = await signInAtProvider(agent, await agent.get(authorizationUrl()), login)
    return JSON.parse(answer.body)
  }

  async function redeem(form: Record<string, string>): Promise<Record<string, string>> {
    const basic = Buffer.from(`${provider.clientId}:${provider.clientSecret}`).toString("base64")
    const body = new URLSearchParams({ redirect_uri: `${app.url}/callback`, ...form })
    const headers = { authorization: `Basic ${basic}` }
    const response = await fetch(`${provider.issuer}/token`, { method: "POST", headers, body })
    return response.json()
  }

  async function verifyIdToken(idToken = "") {
    const keys = await fetch(`${provider.issuer}/jwks`)
    const { issuer, clientId } = provider
    const { payload } = await jwtVerify(idToken, createLocalJWKSet(await keys.json()), {
      issuer,
      audience: clientId,
    })
    return payload
  }
})
