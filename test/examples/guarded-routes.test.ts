import { expect } from "chai"
import { type Listening, listen } from "../support/listen.js"
import type { OpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample, startSso } from "./import-example.js"

describe("examples/guarded-routes.ts", () => {
  let provider: OpenIdProvider
  let server: Listening

  before(async () => {
    const sso = await startSso()
    provider = sso.provider
    server = await listen(await importExample("guarded-routes.ts", sso.environment))
  })
  after(() => Promise.all([server.close(), provider.close()]))

  /** Opens a guarded page, signs in, and returns what the page says then. */
  async function signIn(name: string, path: string) {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(server.url + path))
    const leaving = await agent.submit(page, { button: /Company account/ })
    const arrived = await agent.followAll(await signInAtProvider(agent, leaving, { name }))
    expect(arrived.url).to.equal(server.url + path)
    return { agent, arrived }
  }

  it("greets every visitor on the open page", async () => {
    expect((await new UserAgent().get(`${server.url}/`)).body).to.equal("Hello stranger")
  })

  it("lets an admin in everywhere", async () => {
    const { agent, arrived } = await signIn("Ada Lovelace", "/admin")
    expect([arrived.status, arrived.body]).to.deep.equal([200, "Admin Ada Lovelace"])
    expect((await agent.get(`${server.url}/`)).body).to.equal("Hello Ada Lovelace")
    expect((await agent.get(`${server.url}/account`)).body).to.equal("Account of Ada Lovelace")
    expect((await agent.get(`${server.url}/account/invoices`)).status).to.equal(200)
    expect((await agent.get(`${server.url}/intranet`)).status).to.equal(200)
  })

  it("keeps a member out of the admins' page with 403", async () => {
    const { agent } = await signIn("Grace Hopper", "/account")
    expect((await agent.get(`${server.url}/admin`)).status).to.equal(403)
    expect((await agent.get(`${server.url}/intranet`)).status).to.equal(200)
  })

  it("keeps a stranger out of the intranet by its own rule", async () => {
    const { arrived } = await signIn("eve@elsewhere.example", "/intranet")
    expect(arrived.status).to.equal(403)
  })

  it("answers 401 as problem+json to a script, with no redirect", async () => {
    const agent = new UserAgent({ navigate: false })
    const answer = await agent.get(`${server.url}/api/me`, { accept: "application/json" })
    expect(answer.status).to.equal(401)
    expect(answer.headers.get("content-type")).to.equal("application/problem+json")
    expect(JSON.parse(answer.body).code).to.equal("ERR_AUTH_UNAUTHENTICATED")
  })
})
