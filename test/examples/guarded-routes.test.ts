import { expect } from "chai"
import { signedIn } from "express-authjs/testing"
import request from "supertest"
import { UserAgent } from "../support/user-agent.js"
import { signInAt, useExample } from "./import-example.js"

describe("examples/guarded-routes.ts", () => {
  const example = useExample("guarded-routes.ts")

  it("greets every visitor on the open page", async () => {
    await request(example().app).get("/").expect(200, "Hello stranger")
  })

  it("lets an admin in everywhere", async () => {
    const agent = await signedIn(example().app, {
      user: { name: "Ada Lovelace", email: "ada@example.com" },
      roles: ["admin"],
    })
    await agent.get("/admin").expect(200, "Admin Ada Lovelace")
    await agent.get("/").expect(200, "Hello Ada Lovelace")
    await agent.get("/account").expect(200, "Account of Ada Lovelace")
    await agent.get("/account/invoices").expect(200)
    await agent.get("/intranet").expect(200)
  })

  it("keeps a member out of the admins' page with 403", async () => {
    const agent = await signedIn(example().app, { user: { name: "Grace Hopper" } })
    await agent.get("/admin").expect(403)
    await agent.get("/intranet").expect(200)
  })

  it("keeps a stranger out of the intranet by its own rule", async () => {
    const agent = await signedIn(example().app, { user: { email: "eve@elsewhere.example" } })
    await agent.get("/intranet").expect(403)
  })

  it("leads a visitor through the sign-in, back to the guarded page", async () => {
    const arrived = await signInAt(`${example().url}/admin`, new UserAgent())
    expect(arrived.url).to.equal(`${example().url}/admin`)
    expect([arrived.status, arrived.body]).to.deep.equal([200, "Admin Ada Lovelace"])
  })

  it("answers 401 as problem+json to a script, with no redirect", async () => {
    const { headers, body } = await request(example().app).get("/api/me").accept("json").expect(401)
    expect(headers["content-type"]).to.equal("application/problem+json")
    expect(body.code).to.equal("ERR_AUTH_UNAUTHENTICATED")
  })
})
