import { mock } from "node:test"
import { expect } from "chai"
import type { Express } from "express"
import { type FakeProvider, signedIn } from "express-authjs/testing"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample, signInAt, startSso } from "./import-example.js"

const hour = 60 * 60 * 1000

describe("examples/step-up.ts", () => {
  let idp: FakeProvider
  let app: Express
  let server: Listening

  before(async () => {
    const sso = await startSso()
    idp = sso.idp
    app = await importExample("step-up.ts", sso.environment)
    server = await listen(app)
  })
  after(() => Promise.all([server.close(), idp.close()]))
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: Date.now() }))
  afterEach(() => mock.timers.reset())

  it("keeps the form while the user signs in again, sends it when they confirm, and the next one at once", async () => {
    const agent = new UserAgent()
    await signInAt(`${server.url}/transfer`, agent)
    mock.timers.tick(hour)
    const form = await agent.get(`${server.url}/transfer`)
    expect(form.status).to.equal(200)
    const posted = await agent.submit(form, { fields: { to: "Charles", amount: "5" } })
    const page = await agent.followAll(posted)
    expect(textOf(page.body)).to.include("Sign in again")
    const confirm = await agent.followAll(await agent.submit(page, { button: /Company account/ }))
    expect(new URL(confirm.url).pathname).to.match(/^\/auth\/confirm-form\//)
    expect(textOf(confirm.body)).to.include("Charles").and.include("5")
    const sent = await agent.submit(confirm, { formAction: "/transfer" })
    expect(sent.body).to.equal("Ada Lovelace sent 5 to Charles")
    const next = await agent.submit(form, { fields: { to: "Mary", amount: "7" } })
    expect(next.body).to.equal("Ada Lovelace sent 7 to Mary")
  })

  it("answers 401 to an API client whose sign-in is too old", async () => {
    const methods = ["oidc", "proven"]
    const stale = await signedIn(app, { authTime: new Date(Date.now() - hour), methods })
    const { body } = await stale.delete("/api/account").expect(401)
    expect(body.code).to.equal("ERR_AUTH_REAUTHENTICATE")
    const fresh = await signedIn(app, { methods })
    await fresh.delete("/api/account").expect(204)
  })
})
