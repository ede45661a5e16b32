import { createRequire } from "node:module"
import { expect } from "chai"
import type { Express } from "express"
import { type Listening, listen } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"

const require = createRequire(import.meta.url)

describe("examples/commonjs.cjs", () => {
  let server: Listening

  before(async () => {
    const { app }: { app: Express } = require("../../examples/commonjs.cjs")
    server = await listen(app)
  })
  after(() => server.close())

  it("signs in with a name and password", async () => {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${server.url}/`))
    const wrong = await agent.submit(page, { fields: { username: "ada", password: "wrong" } })
    const again = await agent.followAll(wrong)
    expect(again.body).to.include("do not match")
    const right = await agent.submit(again, { fields: { username: "ada", password: "analytical" } })
    expect((await agent.followAll(right)).body).to.equal("Hello Ada Lovelace")
  })
})
