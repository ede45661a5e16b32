import { expect } from "chai"
import { textOf } from "../support/html-form.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { grace, useExample } from "./import-example.js"

describe("examples/server-side-sign-in.ts", () => {
  const example = useExample("server-side-sign-in.ts")

  it("signs in, changes the session and signs out, all from its own handlers", async () => {
    const agent = new UserAgent()
    const leaving = await agent.submit(await agent.get(`${example().url}/`))
    expect(new URL(redirectTarget(leaving) ?? "").searchParams.get("prompt")).to.equal("login")
    const home = await agent.followAll(leaving)
    expect(textOf(home.body)).to.include("Hello Ada Lovelace")

    const renamed = await agent.submit(home, { formAction: "/name", fields: { name: "Ada King" } })
    const renamedHome = await agent.followAll(renamed)
    expect(textOf(renamedHome.body)).to.include("Hello Ada King")
    expect(textOf((await agent.get(`${example().url}/`)).body)).to.include("Hello Ada King")

    const out = await agent.followAll(await agent.submit(renamedHome, { formAction: "/logout" }))
    expect(out.url).to.equal(`${example().url}/`)
    expect(textOf(out.body)).to.include("Hello stranger")
  })

  it("takes from the update only what the callback allows", async () => {
    const agent = new UserAgent()
    example().idp.persona = grace
    const home = await agent.followAll(await agent.submit(await agent.get(`${example().url}/`)))
    const fields = { name: "x".repeat(50) }
    const kept = await agent.followAll(await agent.submit(home, { formAction: "/name", fields }))
    expect(textOf(kept.body)).to.include("Hello Grace Hopper")
  })

  for (const path of ["/login", "/logout", "/name"]) {
    it(`lets no other site post to ${path}`, async () => {
      const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" }
      const answer = await new UserAgent().post(`${example().url}${path}`, {}, headers)
      expect(answer.status).to.be.oneOf([401, 403])
    })
  }
})
