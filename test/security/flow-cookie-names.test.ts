import { expect } from "chai"
import { csrfOf, useAuthApps } from "../support/auth-apps.js"
import { createPasskeyApp } from "../support/passkey-app.js"
import { rawRequest } from "../support/raw-request.js"
import { UserAgent } from "../support/user-agent.js"

describe("S2: cookies that only begin like those of a flow", () => {
  const { start } = useAuthApps()

  async function startWith(cookies: string) {
    const { url, logs } = await start()
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    const own = await agent.cookies.getCookieString(url)
    const answer = await fetch(`${url}/auth/signin/demo`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie: `${own}; ${cookies}` },
      body: new URLSearchParams({ csrfToken }),
    })
    return { answer, errors: logs.filter(({ level }) => level === "error") }
  }

  for (const rest of ["x".repeat(1100), "", "0", "\u00e9", "A".repeat(16), "a/b", "%0d%0a"])
    it(`do not stand in the way of a sign-in: ${JSON.stringify(rest.slice(0, 20))}`, async () => {
      const { answer, errors } = await startWith(`authjs.state.${rest}=x`)
      expect(answer.headers.get("location")).to.include("response_type=code")
      expect(errors).to.deep.equal([])
    })

  it("are not all answered with a removal, nor all opened, however many there are", async () => {
    const junk = Array.from({ length: 400 }, (_, n) => `authjs.state.${String(n).padStart(16, "a")}=a`)
    const { answer } = await startWith(junk.join("; "))
    expect(answer.headers.get("location")).to.include("response_type=code")
    expect(answer.headers.getSetCookie()).to.have.length.below(30)
  })

  for (const rest of ["x".repeat(1100), "\u00e9", "A".repeat(16)])
    it(`do not stand in the way of a passkey: ${JSON.stringify(rest.slice(0, 20))}`, async () => {
      const { app } = createPasskeyApp()
      const headers = { cookie: `authjs.challenge.${rest}=x` }
      const { status, body } = await rawRequest(app, "/auth/webauthn-options/passkey", { headers })
      expect(status).to.equal(200)
      expect(JSON.parse(body).options.challenge).to.be.a("string")
    })
})
