import { expect } from "chai"
import type { FakeProvider } from "express-authjs/testing"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { grace, importExample, startSso } from "./import-example.js"

describe("examples/server-side-sign-in.ts", () => {
  let idp: FakeProvider
  let server: Listening

  before(async () => {
    const sso = await startSso()
    idp = sso.idp
    server = await listen(await importExample("server-side-sign-in.ts", sso.environment))
  })
  after(() => Promise.all([server.close(), idp.close()]))

  it("signs in, changes the session and signs out, all from its own handlers", async () => {
    const agent = new UserAgent()
    const leaving = await agent.submit(await agent.get(`${server.url}/`))
    expect(new URL(redirectTarget(leaving) ?? "").searchParams.get("prompt")).to.equal("login")
    const home = await agent.followAll(leaving)
    expect(textOf(home.body)).to.include("Hello Ada Lovelace")

    const renamed = await agent.submit(home, { formAction: "/name", fields: { name: "Ada King" } })
    const renamedHome = await agent.followAll(renamed)
    expect(textOf(renamedHome.body)).to.include("Hello Ada King")
    expect(textOf((await agent.get(`${server.url}/`)).body)).to.include("Hello Ada King")

    const out = await agent.followAll(await agent.submit(renamedHome, { formAction: "/logout" }))
    expect(out.url).to.equal(`${server.url}/`)
    expect(textOf(out.body)).to.include("Hello stranger")
  })

  it("takes from the update only what the callback allows", async () => {
    const agent = new UserAgent()
    idp.persona = grace
    const home = await agent.followAll(await agent.submit(await agent.get(`${server.url}/`)))
    const fields = { name: "x".repeat(50) }
    const kept = await agent.followAll(await agent.submit(home, { formAction: "/name", fields }))
    expect(textOf(kept.body)).to.include("Hello Grace Hopper")
  })

  for (const path of ["/login", "/logout", "/name"]) {
    it(`lets no other site post to ${path}`, async () => {
      const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" }
      const answer = await new UserAgent().post(`${server.url}${path}`, {}, headers)
      expect(answer.status).to.be.oneOf([401, 403])
    })
  }
})
