import { expect } from "chai"
import type { Express } from "express"
import { type FakeProvider, signedIn } from "express-authjs/testing"
import request from "supertest"
import { type Listening, listen } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample, signInAt, startSso } from "./import-example.js"

describe("examples/guarded-routes.ts", () => {
  let idp: FakeProvider
  let app: Express
  let server: Listening

  before(async () => {
    const sso = await startSso()
    idp = sso.idp
    app = await importExample("guarded-routes.ts", sso.environment)
    server = await listen(app)
  })
  after(() => Promise.all([server.close(), idp.close()]))

  it("greets every visitor on the open page", async () => {
    await request(app).get("/").expect(200, "Hello stranger")
  })

  it("lets an admin in everywhere", async () => {
    const agent = await signedIn(app, {
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
    const agent = await signedIn(app, { user: { name: "Grace Hopper" } })
    await agent.get("/admin").expect(403)
    await agent.get("/intranet").expect(200)
  })

  it("keeps a stranger out of the intranet by its own rule", async () => {
    const agent = await signedIn(app, { user: { email: "eve@elsewhere.example" } })
    await agent.get("/intranet").expect(403)
  })

  it("leads a visitor through the sign-in, back to the guarded page", async () => {
    const arrived = await signInAt(`${server.url}/admin`, new UserAgent())
    expect(arrived.url).to.equal(`${server.url}/admin`)
    expect([arrived.status, arrived.body]).to.deep.equal([200, "Admin Ada Lovelace"])
  })

  it("answers 401 as problem+json to a script, with no redirect", async () => {
    const { headers, body } = await request(app).get("/api/me").accept("json").expect(401)
    expect(headers["content-type"]).to.equal("application/problem+json")
    expect(body.code).to.equal("ERR_AUTH_UNAUTHENTICATED")
  })
})
