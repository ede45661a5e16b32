import { expect } from "chai"
import { cookiesOf, csrfOf, sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("signing out", () => {
  const { start } = useAuthApps()

  it("asks first: opening the page ends nothing", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    await signIn(agent, url)
    expect((await agent.get(`${url}/auth/signout`)).status).to.equal(200)
    expect(await sessionOf(agent, url)).to.not.equal(null)
  })

  for (const strategy of ["jwt", "database"] as const)
    it(`ends the session, tells events.signOut and goes to callbackUrl (${strategy})`, async () => {
      const told: object[] = []
      const adapter = createMemoryAdapter()
      const events = { signOut: (message: object) => void told.push(message) }
      const { url } = await start({ adapter, events, session: { strategy } })
      const agent = new UserAgent()
      await signIn(agent, url)
      const [user] = adapter.rows.users.values()
      const page = await agent.get(`${url}/auth/signout?callbackUrl=/bye`)
      expect(redirectTarget(await agent.submit(page))).to.equal(`${url}/bye`)
      expect(await sessionOf(agent, url)).to.equal(null)
      expect(Object.keys(await cookiesOf(agent, url)).join()).to.not.include("session-token")
      expect(adapter.rows.sessions.size).to.equal(0)
      const [message] = told as { token?: { sub: string }; session?: { userId: string } }[]
      expect(told).to.have.length(1)
      expect(strategy === "jwt" ? message?.token?.sub : message?.session?.userId).to.equal(user?.id)
    })

  it("is an error when the row cannot be deleted, and the cookie goes all the same", async () => {
    const adapter = createMemoryAdapter()
    adapter.deleteSession = async () => {
      throw new Error("connection refused")
    }
    const { url, logs } = await start({ adapter })
    const agent = new UserAgent()
    await signIn(agent, url)
    const answer = await agent.submit(await agent.get(`${url}/auth/signout`))
    expect(redirectTarget(answer)).to.match(/\/auth\/error\?error=Unavailable&id=\w+$/)
    expect(Object.keys(await cookiesOf(agent, url)).join()).to.not.include("session-token")
    expect((await agent.follow(answer)).status).to.equal(503)
    expect(logs.map(({ error }) => (error as { code?: string }).code)).to.deep.equal(["ERR_AUTH_SIGN_OUT"])
  })

  it("succeeds although a listener fails, which is logged", async () => {
    const signOut = () => {
      throw new Error("The audit log is full")
    }
    const { url, logs } = await start({ events: { signOut } })
    const agent = new UserAgent()
    await signIn(agent, url)
    const answer = await agent.submit(await agent.get(`${url}/auth/signout`))
    expect(redirectTarget(answer)).to.equal(`${url}/`)
    expect(logs.map(({ text }) => text)).to.deep.equal(["Error: The audit log is full"])
  })

  it("redirects an anonymous visitor to the destination, and emits no event", async () => {
    const told: unknown[] = []
    const { url } = await start({ events: { signOut: (message) => void told.push(message) } })
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    const answer = await agent.post(`${url}/auth/signout`, { csrfToken })
    expect([redirectTarget(answer), told]).to.deep.equal([`${url}/`, []])
  })

  it("answers Auth.js's browser client with the URL as JSON", async () => {
    const { url } = await start()
    const agent = new UserAgent({ navigate: false })
    const csrfToken = await csrfOf(agent, url)
    const headers = { "x-auth-return-redirect": "1" }
    const answer = await agent.post(`${url}/auth/signout`, { csrfToken, callbackUrl: "/bye" }, headers)
    expect([answer.status, JSON.parse(answer.body)]).to.deep.equal([200, { url: `${url}/bye` }])
  })

  it("from the app's own handler needs no token, and is refused on GET and for another site", async () => {
    const { url } = await start(
      {},
      {
        routes: (app, auth) =>
          app.all("/logout", (req, res) => auth.signOut(req, res, { redirectTo: "/bye" })),
      },
    )
    const agent = new UserAgent()
    await signIn(agent, url)
    expect((await agent.get(`${url}/logout`)).status).to.equal(405)
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" }
    expect((await agent.post(`${url}/logout`, {}, foreign)).status).to.equal(403)
    expect(await sessionOf(agent, url)).to.not.equal(null)
    expect(redirectTarget(await agent.post(`${url}/logout`))).to.equal(`${url}/bye`)
    expect(await sessionOf(agent, url)).to.equal(null)
  })
})
