import { expect } from "chai"
import { csrfOf, UserAgent } from "../../support/auth-apps.js"
import { listen } from "../../support/listen.js"
import { createPasskeyApp } from "../../support/passkey-app.js"

describe("POST /auth/signin of a passkey provider", () => {
  it("leads to its page, which keeps the destination", async () => {
    const { app } = createPasskeyApp()
    const server = await listen(app)
    const agent = new UserAgent()
    const form = { csrfToken: await csrfOf(agent, server.url), callbackUrl: "/account" }
    const answer = await agent.post(`${server.url}/auth/signin/passkey`, form)
    const url = new URL(answer.headers.get("location") ?? "")
    expect(url.pathname).to.equal("/auth/signin/passkey")
    expect(url.searchParams.get("callbackUrl")).to.equal(`${server.url}/account`)
    await server.close()
  })
})
