import { expect } from "chai"
import type { Express } from "express"
import { type Listening, listen } from "../support/listen.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { importExample } from "./import-example.js"

describe("examples/minimal.ts", () => {
  let app: Express
  let server: Listening

  before(async () => {
    app = await importExample("minimal.ts", { AUTH_GITHUB_ID: "an-id", AUTH_GITHUB_SECRET: "a-secret" })
    server = await listen(app)
  })
  after(() => server.close())

  it("sends a visitor of the guarded page to GitHub", async () => {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${server.url}/dashboard`))
    expect(page.url).to.include("/auth/signin")
    const leaving = await agent.submit(page, { button: /GitHub/ })
    const authorization = new URL(redirectTarget(leaving) ?? "")
    expect(authorization.origin + authorization.pathname).to.equal("https://github.com/login/oauth/authorize")
    expect(authorization.searchParams.get("client_id")).to.equal("an-id")
    expect(authorization.searchParams.get("redirect_uri")).to.equal(`${server.url}/auth/callback/github`)
  })

  it("answers 401 to a script", async () => {
    const agent = new UserAgent({ navigate: false })
    expect((await agent.get(`${server.url}/dashboard`)).status).to.equal(401)
  })
})
