import { expect } from "chai"
import type { Listening } from "../support/listen.js"
import { leaveByProvider, queryOf, signOutAtProvider } from "../support/logout-apps.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"
import { serveExample } from "./import-example.js"

/** With the demo's provider, because that of the test kit has no sessions to end. */
describe("examples/logout.ts", () => {
  let provider: OpenIdProvider
  let server: Listening

  before(async () => {
    server = await serveExample("logout.ts", async (url) => {
      const uri = `${url}/auth/backchannel-logout/sso`
      provider = await startOpenIdProvider({ backchannelLogout: { uri, sessionRequired: true } })
      return {
        AUTH_SSO_ISSUER: provider.issuer,
        AUTH_SSO_ID: provider.clientId,
        AUTH_SSO_SECRET: provider.clientSecret,
      }
    })
  })
  after(() => Promise.all([server.close(), provider.close()]))

  async function signIn() {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${server.url}/account`))
    const leaving = await agent.submit(page, { button: /Company account/ })
    const account = await agent.followAll(await signInAtProvider(agent, leaving, { name: "Ada Lovelace" }))
    expect(account.body).to.include("Hello")
    return { agent, account }
  }

  const isSignedIn = async (agent: UserAgent) => (await agent.get(`${server.url}/account`)).status === 200

  it("ends the session here and at the provider, and returns to its own page", async () => {
    const { agent, account } = await signIn()
    const leaving = await agent.submit(account, { formAction: "/sign-out" })
    expect(queryOf(leaving)).to.include.keys("id_token_hint")
    const home = await agent.followAll(await leaveByProvider(agent, leaving, provider))
    expect(home.url).to.equal(`${server.url}/`)
    expect(await isSignedIn(agent)).to.equal(false)
    const again = await agent.followAll(await agent.get(`${server.url}/account`))
    const asked = await agent.followAll(await agent.submit(again, { button: /Company account/ }))
    expect(new URL(asked.url).origin, "asks for a name again").to.equal(provider.issuer)
  })

  it("ends the user's sessions in other browsers too", async () => {
    const { agent, account } = await signIn()
    const other = await signIn()
    await agent.submit(account, { formAction: "/sign-out-everywhere" })
    expect(await isSignedIn(other.agent)).to.equal(false)
  })

  it("ends the session when the user signs out at the provider, and no other", async () => {
    const { agent } = await signIn()
    const other = await signIn()
    await signOutAtProvider(agent, provider)
    expect(await isSignedIn(agent)).to.equal(false)
    expect(await isSignedIn(other.agent)).to.equal(true)
  })
})
