import { expect } from "chai"
import type { FakeProvider } from "express-authjs/testing"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample, signInAt, startSso } from "./import-example.js"

const own = { sub: "own", name: "Ada Lovelace", email: "ada@partner.example", email_verified: true }

describe("examples/accounts.ts", () => {
  let sso: FakeProvider
  let partner: FakeProvider
  let server: Listening

  before(async () => {
    const [company, other] = [await startSso(), await startSso("partner")]
    sso = company.idp
    partner = other.idp
    const environment = { ...company.environment, ...other.environment, AUTH_DATABASE_URL: "sqlite::memory:" }
    server = await listen(await importExample("accounts.ts", environment))
  })
  after(() => Promise.all([server.close(), sso.close(), partner.close()]))
  beforeEach(() => {
    partner.persona = own
  })

  const signIn = async (button?: RegExp) => {
    const agent = new UserAgent()
    return { agent, page: await signInAt(`${server.url}/account`, agent, button) }
  }

  it("links an account, signs in with it, and unlinks it", async () => {
    const { agent, page } = await signIn()
    expect(textOf(page.body)).to.include("unlink sso").and.include("link partner")
    const linked = await agent.followAll(await agent.submit(page, { formAction: "/account/link/partner" }))
    expect(linked.url).to.equal(`${server.url}/account`)
    expect(linked.body).to.include("/account/unlink/partner")

    const byPartner = await signIn(/Partner account/)
    expect(byPartner.page.body).to.equal(linked.body)

    const unlink = { formAction: "/account/unlink/partner" }
    const unlinked = await agent.followAll(await agent.submit(linked, unlink))
    expect(unlinked.body).to.equal(page.body)
  })

  it("keeps the only way to sign in", async () => {
    const { agent, page } = await signIn()
    const refused = await agent.submit(page, { formAction: "/account/unlink/sso" })
    expect(refused.status).to.equal(409)
    expect(textOf(refused.body)).to.include("This is your only way to sign in")
  })

  it("links no account that belongs to another user", async () => {
    partner.persona = { ...own, sub: "other", email: "other@partner.example" }
    await signIn(/Partner account/)
    const { agent, page } = await signIn()
    const refused = await agent.followAll(await agent.submit(page, { formAction: "/account/link/partner" }))
    expect(new URL(refused.url).searchParams.get("error")).to.equal("OAuthAccountNotLinked")
    expect((await agent.get(`${server.url}/account`)).body).to.equal(page.body)
  })
})
