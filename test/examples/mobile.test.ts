import { expect } from "chai"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample } from "./import-example.js"

/** With the demo's provider, which signs tokens for any client. */
describe("examples/mobile.ts", () => {
  let provider: OpenIdProvider
  let server: Listening

  before(async () => {
    provider = await startOpenIdProvider()
    const app = await importExample("mobile.ts", {
      AUTH_DATABASE_URL: "sqlite::memory:",
      AUTH_SSO_ISSUER: provider.issuer,
      AUTH_SSO_ID: provider.clientId,
      AUTH_SSO_SECRET: provider.clientSecret,
      AUTH_SSO_JWKS: `${provider.issuer}/jwks`,
      APP_CLIENT_ID: "the app",
    })
    server = await listen(app)
    await signUpOnWebsite()
  })
  after(() => Promise.all([server.close(), provider.close()]))

  async function signUpOnWebsite() {
    const agent = new UserAgent()
    const page = await agent.get(`${server.url}/auth/signin/sso`)
    const leaving = await agent.submit(page, { formAction: /signin\/sso/ })
    await agent.followAll(await signInAtProvider(agent, leaving, { name: "Ada Lovelace" }))
  }

  /** What the native app does with an id_token. Returns the error, if any, and the status and body of /api/me. */
  async function exchange(claims: Record<string, unknown>) {
    const iat = Math.floor(Date.now() / 1000)
    const { issuer: iss } = provider
    const idToken = await provider.sign({ iss, aud: "the app", sub: "ada", iat, exp: iat + 600, ...claims })
    const client = new UserAgent({ navigate: false })
    const { csrfToken } = JSON.parse((await client.get(`${server.url}/auth/csrf`)).body)
    const headers = { "x-auth-return-redirect": "1" }
    const answer = await client.post(`${server.url}/auth/callback/app`, { csrfToken, idToken }, headers)
    const error = new URL(JSON.parse(answer.body).url).searchParams.get("error")
    const me = await client.get(`${server.url}/api/me`, { accept: "application/json" })
    return { error, status: me.status, name: JSON.parse(me.body).name }
  }

  it("exchanges an id_token for the session of the user on the website", async () => {
    expect(await exchange({})).to.deep.equal({ error: null, status: 200, name: "Ada Lovelace" })
  })

  for (const [what, claims] of [
    ["for another client", () => ({ aud: provider.clientId })],
    ["of another issuer", () => ({ iss: "https://evil.example" })],
    ["that is ten minutes old", () => ({ iat: Math.floor(Date.now() / 1000) - 600 })],
    ["of a user it does not know", () => ({ sub: "stranger" })],
  ] as const)
    it(`refuses an id_token ${what}`, async () => {
      expect(await exchange(claims())).to.include({ error: "CredentialsSignin", status: 401 })
    })
})
