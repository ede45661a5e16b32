import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import request from "supertest"

const auth = ExpressAuth({ providers: [], secret: "a secret of at least thirty-two characters" })

function createApp() {
  const app = express()
  app.use("/auth", auth)
  app.get("/login", async (req, res) => {
    const first = await auth.getCsrfToken(req, res)
    res.json([first, await auth.getCsrfToken(req, res)])
  })
  app.get("/late", async (req, res) => {
    res.write("begun ")
    await auth.getCsrfToken(req, res).catch((error) => res.end(error.code))
  })
  return app
}

describe("getCsrfToken", () => {
  it("gives a page its token, the same however often it is asked for, with one cookie", async () => {
    const agent = request.agent(createApp())
    const { body, headers } = await agent.get("/login")
    expect(body[0])
      .to.match(/^[0-9a-f]{64}$/)
      .and.equal(body[1])
    expect(headers["set-cookie"]).to.have.length(1)
    await agent.post("/auth/signout").type("form").send({ csrfToken: body[0] }).expect(302)
  })

  it("keeps the token a browser has", async () => {
    const agent = request.agent(createApp())
    const first = await agent.get("/login")
    const second = await agent.get("/login")
    expect(second.body).to.deep.equal(first.body)
    expect(second.headers).to.not.have.property("set-cookie")
  })

  it("rejects once the page has started", async () => {
    const { text } = await request(createApp()).get("/late")
    expect(text).to.equal("begun ERR_AUTH_HEADERS_SENT")
  })
})
