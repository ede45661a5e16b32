import { expect } from "chai"
import { cookiesOf, csrfOf, UserAgent } from "../support/auth-apps.js"
import { leaveByProvider, queryOf, signedInWith, useLogoutApps } from "../support/logout-apps.js"
import { redirectTarget } from "../support/user-agent.js"

describe("the way back from the provider", () => {
  const start = signedInWith(useLogoutApps())

  it("redirects to the root without a pending sign-out, and nowhere else", async () => {
    const { url } = await start()
    for (const query of ["", "?state=x", "?state=", "?state=x&callbackUrl=https://evil.example"])
      expect(redirectTarget(await new UserAgent().get(`${url}/auth/signout/callback${query}`))).to.equal(
        `${url}/`,
      )
  })

  it("ends at our root with another state, and is over", async () => {
    const { agent, url } = await start()
    const { state } = queryOf(await agent.post(`${url}/logout`))
    expect(redirectTarget(await agent.get(`${url}/auth/signout/callback?state=x${state}`))).to.equal(
      `${url}/`,
    )
    expect(redirectTarget(await agent.get(`${url}/auth/signout/callback?state=${state}`))).to.equal(`${url}/`)
  })

  it("takes no destination that was not sealed here, such as the cookie of another purpose", async () => {
    const { agent, url } = await start()
    const { state } = queryOf(await agent.post(`${url}/logout`))
    const cookies = await cookiesOf(agent, `${url}/auth/signout`)
    const name = "authjs.callback-url.signout"
    expect(cookies).to.have.property(name)
    for (const value of [
      "https://evil.example",
      `${cookies[name]}x`,
      `{"state":"${state}","destination":"//evil"}`,
    ]) {
      const headers = { cookie: `${name}=${encodeURIComponent(value)}` }
      const answer = await fetch(`${url}/auth/signout/callback?state=${state}`, {
        headers,
        redirect: "manual",
      })
      expect(answer.headers.get("location")).to.equal(`${url}/`)
    }
  })

  it("never leads off our origin, wherever the app's form wanted to go", async () => {
    const { agent, url, idp } = await start()
    const csrfToken = await csrfOf(agent, url)
    const fields = { csrfToken, idp: "true", callbackUrl: "https://evil.example/" }
    const back = await leaveByProvider(agent, await agent.post(`${url}/auth/signout`, fields), idp)
    expect(redirectTarget(back)).to.equal(`${url}/`)
  })

  it("keeps its cookie to the auth path, hidden from scripts, for a quarter of an hour", async () => {
    const { agent, url } = await start()
    const { setCookies } = await agent.post(`${url}/logout`)
    const line = setCookies.find((cookie) => cookie.startsWith("authjs.callback-url.signout=")) ?? ""
    expect(line).to.match(/; Max-Age=900; Path=\/auth; HttpOnly; SameSite=Lax$/)
    expect(line).to.not.include("goodbye")
  })

  it("gives up a destination no cookie can hold", async () => {
    const { agent, url, idp } = await start(
      {},
      {
        routes: (app, auth) =>
          app.post("/far", (req, res) =>
            auth.signOut(req, res, { idp: true, redirectTo: `/${"x".repeat(3900)}` }),
          ),
      },
    )
    const back = await leaveByProvider(agent, await agent.post(`${url}/far`), idp)
    expect(redirectTarget(back)).to.equal(`${url}/`)
  })

  it("consumes nothing on HEAD, and has no other steps", async () => {
    const { agent, url } = await start()
    const { state } = queryOf(await agent.post(`${url}/logout`))
    const head = await fetch(`${url}/auth/signout/callback?state=${state}`, { method: "HEAD" })
    expect([head.status, head.headers.getSetCookie()]).to.deep.equal([200, []])
    expect(redirectTarget(await agent.get(`${url}/auth/signout/callback?state=${state}`))).to.equal(
      `${url}/goodbye`,
    )
    expect((await agent.get(`${url}/auth/signout/other`)).status).to.equal(404)
    expect((await agent.post(`${url}/auth/signout/callback`)).status).to.equal(404)
  })
})
