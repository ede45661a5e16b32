import { expect } from "chai"
import type { Express } from "express"
import { type Listening, listen } from "../support/listen.js"
import type { OpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample, startSso } from "./import-example.js"

describe("examples/database.ts", () => {
  let app: Express
  let server: Listening
  let provider: OpenIdProvider

  before(async () => {
    const sso = await startSso()
    provider = sso.provider
    app = await importExample("database.ts", { ...sso.environment, AUTH_DATABASE_URL: "sqlite::memory:" })
    server = await listen(app)
  })
  after(() => Promise.all([server.close(), provider.close()]))

  it("shows a user the sessions of two browsers", async () => {
    const browsers = [new UserAgent(), new UserAgent()]
    for (const agent of browsers) {
      const page = await agent.followAll(await agent.get(`${server.url}/sessions`))
      const leaving = await agent.submit(page, { button: /Company account/ })
      await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
    }
    const [first] = browsers
    const sessions = JSON.parse((await first?.get(`${server.url}/sessions`))?.body ?? "[]")
    expect(sessions).to.have.length(2)
    expect(sessions[0]).to.have.all.keys("id", "createdAt")
  })
})
