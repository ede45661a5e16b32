import { expect } from "chai"
import express, { type RequestHandler } from "express"
import { ExpressAuth } from "express-authjs"
import request from "supertest"
import { credentialsConfig } from "../support/credentials-app.js"

const parsers = [express.json(), express.urlencoded({ extended: true })]
const named = { username: {}, password: {} }

async function start(credentials: object, before: readonly RequestHandler[]) {
  const asked: unknown[] = []
  const authorize = (fields: unknown) => {
    asked.push(fields)
    return { id: "ada", name: "Ada" }
  }
  const provider = { id: "credentials", name: "Password", type: "credentials", credentials, authorize }
  const app = express()
  for (const parser of before) app.use(parser)
  app.use("/auth", ExpressAuth(credentialsConfig({ providers: [provider as never] })))
  const agent = request.agent(app)
  const { csrfToken } = (await agent.get("/auth/csrf")).body
  return { asked, agent, csrfToken }
}

describe("S21: an object where a credential should be", () => {
  for (const [what, credentials, before] of [
    ["no field is named", {}, []],
    ["no field is named, the app parses", {}, parsers],
    ["fields are named", named, []],
    ["fields are named, the app parses", named, parsers],
  ] as const)
    it(`never reaches authorize(): ${what}`, async () => {
      const { asked, agent, csrfToken } = await start(credentials, before)
      for (const password of [{ $ne: null }, [{ $gt: "" }], [["a"]]])
        for (const path of ["/auth/callback/credentials", "/auth/signin/credentials"])
          await agent.post(path).send({ csrfToken, username: "ada", password }).expect(400)
      const good = { csrfToken, username: "ada", password: "x" }
      await agent.post("/auth/callback/credentials").send(good).expect(302)
      expect(asked).to.have.length(1)
    })

  it("never reaches authorize(): brackets in a form", async () => {
    const { asked, agent, csrfToken } = await start({}, parsers)
    const form = `csrfToken=${csrfToken}&username=ada&password[$ne]=`
    await agent.post("/auth/callback/credentials").type("form").send(form).expect(400)
    expect(asked).to.deep.equal([])
  })
})
