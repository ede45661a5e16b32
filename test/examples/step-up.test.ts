import { mock } from "node:test"
import { expect } from "chai"
import { signedIn } from "express-authjs/testing"
import { textOf } from "../support/html-form.js"
import { UserAgent } from "../support/user-agent.js"
import { signInAt, useExample } from "./import-example.js"

const hour = 60 * 60 * 1000

describe("examples/step-up.ts", () => {
  const example = useExample("step-up.ts")
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: Date.now() }))
  afterEach(() => mock.timers.reset())

  it("keeps the form while the user signs in again, sends it when they confirm, and the next one at once", async () => {
    const agent = new UserAgent()
    await signInAt(`${example().url}/transfer`, agent)
    mock.timers.tick(hour)
    const form = await agent.get(`${example().url}/transfer`)
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
    const stale = await signedIn(example().app, { authTime: new Date(Date.now() - hour), methods })
    const { body } = await stale.delete("/api/account").expect(401)
    expect(body.code).to.equal("ERR_AUTH_REAUTHENTICATE")
    const fresh = await signedIn(example().app, { methods })
    await fresh.delete("/api/account").expect(204)
  })
})
