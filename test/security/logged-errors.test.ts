import { inspect } from "node:util"
import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { signIn, useAuthApps } from "../support/auth-apps.js"
import { type OAuthAnswers, startOAuthServer } from "../support/oauth-server.js"
import { UserAgent } from "../support/user-agent.js"

describe("S11: errors that a logger of the app's own is given", () => {
  const { start, keep } = useAuthApps()
  const access_token = "SECRET-ACCESS-TOKEN"

  async function logOf(kind: "provider" | "openId", answers: Partial<OAuthAnswers>) {
    const server = await startOAuthServer()
    keep(server)
    const { url, logs } = await start({ providers: [server[kind] as ExpressAuthConfig["providers"][number]] })
    Object.assign(server.answers, answers)
    await signIn(new UserAgent(), url, { provider: "plain" })
    expect(logs.filter(({ level }) => level === "error")).to.have.length(1)
    return inspect(logs, { depth: 20, showHidden: true })
  }

  for (const [what, body] of [
    ["an unknown token type", { access_token, token_type: "mac" }],
    ["no access token", { refresh_token: access_token, token_type: "bearer" }],
    ["an end that is no number", { access_token, token_type: "bearer", expires_in: "soon" }],
    ["a scope that is no text", { access_token, token_type: "bearer", scope: { a: 1 } }],
  ] as const)
    it(`hold no token: ${what}`, async () => {
      const text = await logOf("provider", { token: { status: 200, body } })
      expect(text).to.include("token_type").and.not.include("SECRET")
    })

  it("hold no malformed id_token", async () => {
    const id_token = "SECRET.SECRET.SECRET"
    const body = { access_token, token_type: "bearer", id_token }
    const text = await logOf("openId", {
      faults: { token: { status: 200, text: JSON.stringify(body) } },
    })
    expect(text).not.to.include("SECRET")
    expect(text.replaceAll(/[^A-Z]/g, "")).not.to.include("SECRET")
  })

  it("hold no claims of an id_token that is refused", async () => {
    const text = await logOf("openId", { claims: { aud: "SECRET-AUDIENCE", email: "SECRET@example.com" } })
    expect(text).to.include("aud").and.not.include("SECRET")
  })
})
