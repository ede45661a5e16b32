import { encode } from "@auth/core/jwt"
import { expect } from "chai"
import { useAccountApps } from "../support/account-apps.js"
import { csrfOf, secret, sessionOf } from "../support/auth-apps.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("S12: what only a fresh sign-in may do", () => {
  const { start } = useAccountApps()

  async function visit(claims: Record<string, unknown>) {
    const app = await start({ session: { strategy: "jwt" } })
    const ada = { id: "ada", email: "ada@example.com", emailVerified: null }
    await app.adapter.createUser(ada)
    const token = await encode({ token: { sub: "ada", ...claims }, secret, salt: "authjs.session-token" })
    const agent = new UserAgent()
    await agent.cookies.setCookie(`authjs.session-token=${token}; Path=/`, app.url)
    expect((await sessionOf(agent, app.url))?.user.id).to.equal("ada")
    const csrfToken = await csrfOf(agent, app.url)
    return redirectTarget(await agent.post(`${app.url}/auth/link/other`, { csrfToken }))
  }

  it("is refused to a session of @auth/express, whose token was issued anew a moment ago", async () => {
    expect(await visit({})).to.include("/auth/signin?error=SessionRequired&code=reauthenticate")
  })

  it("is refused to an old session, and allowed to a fresh one", async () => {
    const now = Math.floor(Date.now() / 1000)
    expect(await visit({ sid: "s", auth_time: now - 601 })).to.include("code=reauthenticate")
    expect(await visit({ sid: "s", auth_time: now - 60 })).to.include("response_type=code")
  })
})
