import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { credentialsConfig, signInByName } from "../support/credentials-app.js"
import { rawRequest } from "../support/raw-request.js"

describe("S20: a page that renews the session cookie", () => {
  const auth = ExpressAuth(credentialsConfig({ session: { updateAge: 0 } }))
  const app = express()
  app.use("/auth", auth)
  app.use(auth.session())
  app.get("/page", (_req, res) => void res.send("a page"))
  app.get("/public", (_req, res) => void res.set("cache-control", "public, max-age=60").send("a page"))

  it("is not cacheable by shared caches, unless the app sets Cache-Control", async () => {
    const agent = await signInByName(app, "/auth")
    const page = await agent.get("/page")
    expect(page.headers["set-cookie"]?.[0]).to.include("session-token=")
    expect(page.headers["cache-control"]).to.equal("private, no-store")
    expect((await agent.get("/public")).headers["cache-control"]).to.equal("public, max-age=60")
  })

  it("gets no Cache-Control when no cookie is set", async () => {
    expect((await rawRequest(app, "/page")).headers).not.to.have.property("cache-control")
  })
})
