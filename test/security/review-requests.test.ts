import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { credentialsConfig, signInByName } from "../support/credentials-app.js"
import { rawRequest } from "../support/raw-request.js"

describe("S21: a prototype within what an update hands to callbacks", () => {
  for (const parsed of [false, true])
    it(`is left out, however deep (${parsed ? "parsed by the app" : "read by us"})`, async () => {
      const seen: unknown[] = []
      const auth = ExpressAuth(
        credentialsConfig({
          callbacks: {
            jwt: ({ token, trigger, session }) => {
              if (trigger !== "update") return token
              const changed = Object.assign({ ...token }, session)
              seen.push(changed.role, changed.deep?.role, changed.list?.[0]?.role, changed.kept)
              return token
            },
          },
        }),
      )
      const app = express()
      if (parsed) app.use(express.json())
      app.use("/auth", auth)
      const agent = await signInByName(app, "/auth")
      const { body } = await agent.get("/auth/csrf")
      const proto = '"__proto__":{"role":"admin"}'
      const data = `{${proto},"deep":{${proto}},"list":[{${proto}}],"kept":{"a":[1,null,"x"]}}`
      await agent
        .post("/auth/session")
        .type("json")
        .send(`{"csrfToken":"${body.csrfToken}","data":${data}}`)
        .expect(200)
      expect(seen).to.deep.equal([undefined, undefined, undefined, { a: [1, null, "x"] }])
    })
})

describe("S20: a session renewed on a page that is nobody's in particular", () => {
  const auth = ExpressAuth(credentialsConfig({ session: { updateAge: 0 } }))
  const app = express()
  app.use("/auth", auth)
  app.use(auth.session())
  app.get("/page", (_req, res) => void res.send("a page"))
  app.get("/public", (_req, res) => void res.set("cache-control", "public, max-age=60").send("a page"))

  it("is not for shared caches, unless the app says otherwise", async () => {
    const agent = await signInByName(app, "/auth")
    const page = await agent.get("/page")
    expect(page.headers["set-cookie"]?.[0]).to.include("session-token=")
    expect(page.headers["cache-control"]).to.equal("private, no-store")
    expect((await agent.get("/public")).headers["cache-control"]).to.equal("public, max-age=60")
  })

  it("nothing is said where nothing is set", async () => {
    expect((await rawRequest(app, "/page")).headers).not.to.have.property("cache-control")
  })
})

describe("S2: a method that is none, as method overrides let strangers choose", () => {
  for (const method of ["constructor", "toString", "__proto__", "name", "get", "QUERY", ""])
    it(`gets 405: ${JSON.stringify(method)}`, async () => {
      const app = express()
      app.use((req, _res, next) => {
        req.method = method
        next()
      })
      app.use("/auth", ExpressAuth(credentialsConfig()))
      expect((await rawRequest(app, "/auth/session")).status).to.equal(405)
    })
})
