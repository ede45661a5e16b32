import { expect } from "chai"
import type { Express } from "express"
import { sessionCookies, signedIn } from "express-authjs/testing"
import request from "supertest"
import { importExample } from "./import-example.js"

const variables = (tenant: string) => ({
  [`AUTH_${tenant}_ISSUER`]: `https://login.${tenant}.example`,
  [`AUTH_${tenant}_ID`]: "an-id",
  [`AUTH_${tenant}_SECRET`]: "a-secret",
})

// Read when a tenant's first request comes, not when the app starts.
const environment = { ...variables("ACME"), ...variables("GLOBEX") }

const user = { name: "Ada Lovelace" }

describe("examples/tenants.ts", () => {
  let app: Express

  before(async () => {
    Object.assign(process.env, environment)
    app = await importExample("tenants.ts")
  })
  after(() => {
    for (const name of Object.keys(environment)) delete process.env[name]
  })

  for (const [tenant, other] of [
    ["acme", "globex"],
    ["globex", "acme"],
  ] as const)
    describe(`at ${tenant}`, () => {
      const host = `${tenant}.localhost`

      it("offers the tenant's own provider", async () => {
        const { text } = await request(app).get("/auth/signin").set("Host", host).expect(200)
        expect(text.toLowerCase()).to.include(`${tenant} account`).and.not.include(`${other} account`)
      })

      it("greets its users", async () => {
        const agent = await signedIn(app, { user, origin: `http://${host}` })
        await agent.get("/").expect(200, `Hello Ada Lovelace of ${tenant}`)
      })

      it("gives a session that is worthless at the other tenant", async () => {
        const { header } = await sessionCookies(app, { user, origin: `http://${host}` })
        const get = (at: string) =>
          request(app)
            .get("/")
            .set({ host: `${at}.localhost`, cookie: header })
        await get(tenant).expect(200)
        await get(other).expect(401)
      })
    })

  it("has no page at other hosts", async () => {
    for (const path of ["/", "/auth/signin"])
      await request(app).get(path).set("Host", "initech.localhost").expect(404)
  })
})
