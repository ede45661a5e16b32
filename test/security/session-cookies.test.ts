import { expect } from "chai"
import Credentials from "express-authjs/providers/credentials"
import { cookiesOf, csrfOf, sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { flowsOf, wayBack } from "../support/way-back.js"

const expired = (url: string) => `${url}/auth/error?error=Expired`

describe("S5: one cookie in the place of another", () => {
  const { start } = useAuthApps()

  for (const strategy of ["jwt", "database"] as const)
    it(`is no session (${strategy})`, async () => {
      const { url } = await start({ adapter: createMemoryAdapter(), session: { strategy } })
      const agent = new UserAgent()
      const leaving = await startSignIn(agent, url)
      const state = new URL(redirectTarget(leaving) ?? "").searchParams.get("state") ?? ""
      const csrf = (await cookiesOf(agent, url))["authjs.csrf-token"] ?? ""
      const [[, flow = ""] = []] = await flowsOf(agent, url)
      for (const value of [state, flow, csrf, decodeURIComponent(csrf).split("|")[0]])
        for (const name of ["authjs.session-token", "authjs.session-token.0"]) {
          const answer = await fetch(`${url}/auth/session`, { headers: { cookie: `${name}=${value}` } })
          expect(await answer.json()).to.equal(null)
        }
    })

  it("is no flow: a session in the place of one", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    await signIn(agent, url)
    const session = (await cookiesOf(agent, url))["authjs.session-token"]
    const eve = new UserAgent()
    const back = await wayBack(eve, url)
    const [[name] = []] = await flowsOf(eve, url)
    const answer = await fetch(back, { headers: { cookie: `${name}=${session}` }, redirect: "manual" })
    expect(answer.headers.get("location")).to.equal(expired(url))
  })

  it("is no CSRF token: neither a session nor a flow", async () => {
    const { url } = await start({ providers: [Credentials({ authorize: () => ({ id: "1" }) })] })
    const agent = new UserAgent()
    await agent.post(`${url}/auth/callback/credentials`, { csrfToken: await csrfOf(agent, url) })
    const session = (await cookiesOf(agent, url))["authjs.session-token"] ?? ""
    for (const csrfToken of [session, session.split("|")[0] ?? ""]) {
      const body = new URLSearchParams({ csrfToken })
      const headers = { cookie: `authjs.csrf-token=${session}` }
      expect((await fetch(`${url}/auth/signout`, { method: "POST", headers, body })).status).to.equal(403)
    }
  })
})

describe("S12: a session from before the sign-in", () => {
  const { start } = useAuthApps()

  it("planted: the victim gets another identifier, the planted one is dead", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await start({ adapter })
    const eve = new UserAgent()
    await signIn(eve, url, { name: "Eve" })
    const planted = (await cookiesOf(eve, url))["authjs.session-token"] ?? ""
    const victim = new UserAgent()
    await victim.cookies.setCookie(`authjs.session-token=${planted}; Path=/`, url)
    await signIn(victim, url)
    const own = (await cookiesOf(victim, url))["authjs.session-token"]
    expect(own).to.be.a("string").and.not.equal(planted)
    expect((await sessionOf(victim, url))?.user.name).to.equal("Ada Lovelace")
    expect(await sessionOf(eve, url)).to.equal(null)
    expect([...adapter.rows.sessions.keys()]).to.deep.equal([own])
    expect(adapter.rows.accounts.size).to.equal(2)
  })

  it("a forged token never becomes a session", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await start({ adapter })
    const agent = new UserAgent()
    await agent.cookies.setCookie("authjs.session-token=chosen-by-eve; Path=/", url)
    await signIn(agent, url)
    expect([...adapter.rows.sessions.keys()]).to.not.include("chosen-by-eve")
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
  })

  it("one's own: signing in again makes a new identifier and ends the old row; no account is linked", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await start({ adapter })
    const agent = new UserAgent()
    await signIn(agent, url)
    const [first] = adapter.rows.sessions.keys()
    await forgetProvider(agent, url)
    await signIn(agent, url, { name: "Grace Hopper" })
    const tokens = [...adapter.rows.sessions.keys()]
    expect(tokens).to.have.length(1).and.not.include(first)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Grace Hopper")
    const owners = new Set([...adapter.rows.accounts.values()].map(({ userId }) => userId))
    expect(owners.size).to.equal(2)
  })

  it("survives a sign-in that fails", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await start({ adapter })
    const agent = new UserAgent()
    await signIn(agent, url)
    const [token] = adapter.rows.sessions.keys()
    await forgetProvider(agent, url)
    const back = await signInAtProvider(agent, await startSignIn(agent, url), { cancel: true })
    expect(redirectTarget(back)).to.include("error=OAuthCallbackError")
    expect([...adapter.rows.sessions.keys()]).to.deep.equal([token])
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
  })

  it("in chunks, complete or not: nothing of it is left", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    for (const n of [0, 1, 7]) await agent.cookies.setCookie(`authjs.session-token.${n}=x; Path=/`, url)
    await signIn(agent, url)
    const names = Object.keys(await cookiesOf(agent, url)).filter((name) => name.includes("session-token"))
    expect(names).to.deep.equal(["authjs.session-token"])
  })

  /** The provider's cookies go, so that it asks again; the session stays. */
  async function forgetProvider(agent: UserAgent, url: string) {
    const token = (await cookiesOf(agent, url))["authjs.session-token"]
    await agent.cookies.removeAllCookies()
    await agent.cookies.setCookie(`authjs.session-token=${token}; Path=/`, url)
  }
})
