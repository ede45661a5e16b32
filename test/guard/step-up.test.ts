import { mock } from "node:test"
import { expect } from "chai"
import type { ExpressAuthConfig, GuardOptions } from "express-authjs"
import { sessionOf, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { startOAuthServer } from "../support/oauth-server.js"
import { passwords } from "../support/passwords.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"

const later = 301_000

describe("requireAuth({ maxAge })", () => {
  const { start, demo, keep } = useAuthApps()

  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: Date.now() }))
  afterEach(() => mock.timers.reset())

  async function startGuarded(config: Partial<ExpressAuthConfig> = {}, guard: GuardOptions = {}) {
    const adapter = createMemoryAdapter()
    await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    return start(
      { providers: [passwords()], ...config, ...(config.session && { adapter }) },
      {
        routes: (app, auth) => {
          app.get("/pay", auth.requireAuth({ maxAge: 300, ...guard }), (_req, res) => void res.send("Paid"))
          app.post("/pay", auth.requireAuth({ maxAge: 300, ...guard }), (_req, res) => void res.send("Paid"))
          app.get("/how", async (req, res) => void res.json(await auth.getSignIn(req)))
        },
      },
    )
  }

  /** Types the password on the page, and follows. */
  async function typePassword(agent: UserAgent, page: Visit): Promise<Visit> {
    const fields = { username: "ada", password: "right" }
    return agent.followAll(await agent.submit(page, { formAction: /callback\/credentials$/, fields }))
  }

  const open = async (agent: UserAgent, url: string) => agent.followAll(await agent.get(`${url}/pay?sum=5`))

  for (const strategy of ["jwt", "database"] as const)
    it(`asks for a password again after that time, and leads back to the page (${strategy})`, async () => {
      const { url } = await startGuarded({ session: { strategy } })
      const agent = new UserAgent()
      expect((await typePassword(agent, await open(agent, url))).body).to.equal("Paid")
      mock.timers.tick(299_000)
      expect((await open(agent, url)).body).to.equal("Paid")
      mock.timers.tick(2000)
      const page = await open(agent, url)
      expect(new URL(page.url).searchParams.get("callbackUrl")).to.equal(`${url}/pay?sum=5`)
      expect(textOf(page.body)).to.include("Sign in again, to confirm that it is you.")
      expect(await sessionOf(agent, url)).to.not.equal(null)
      const done = await typePassword(agent, page)
      expect([done.url, done.body]).to.deep.equal([`${url}/pay?sum=5`, "Paid"])
    })

  for (const strategy of ["jwt", "database"] as const)
    it(`records when and how the user signed in (${strategy})`, async () => {
      const { url } = await startGuarded({ session: { strategy } })
      const agent = new UserAgent()
      const how = async () => JSON.parse((await agent.get(`${url}/how`)).body)
      expect(await how()).to.equal(null)
      await typePassword(agent, await open(agent, url))
      const time = new Date().toISOString()
      mock.timers.tick(later)
      expect(await how()).to.deep.equal({ time, methods: ["credentials"], remembered: true })
    })

  it("does not count the renewal of a session, nor what callbacks.jwt says", async () => {
    const jwt = ({ token }: { token: object }) => ({
      ...token,
      ...{ auth_time: Date.now() / 1000, auth_methods: ["credentials"], sub: "1" },
    })
    const { url } = await startGuarded({ callbacks: { jwt }, session: { strategy: "jwt", updateAge: 1 } })
    const agent = new UserAgent()
    await typePassword(agent, await open(agent, url))
    mock.timers.tick(later)
    await sessionOf(agent, url)
    expect(textOf((await open(agent, url)).body)).to.include("Sign in again")
  })

  it("answers 401 to scripts and to what they post, with a challenge (RFC 9470)", async () => {
    const { url } = await startGuarded()
    const agent = new UserAgent()
    await typePassword(agent, await open(agent, url))
    expect((await agent.post(`${url}/pay`)).body).to.equal("Paid")
    mock.timers.tick(later)
    const script = { accept: "application/json", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }
    const posted = { sum: "5" }
    for (const refused of [
      await agent.get(`${url}/pay`, script),
      await agent.post(`${url}/pay`, posted, script),
    ]) {
      expect(refused.status).to.equal(401)
      expect(JSON.parse(refused.body)).to.include({ code: "ERR_AUTH_REAUTHENTICATE" })
      expect(refused.headers.get("www-authenticate")).to.include("insufficient_user_authentication")
      expect(refused.setCookies).to.deep.equal([])
    }
    for (const htmx of [
      await agent.get(`${url}/pay`, { "hx-request": "true" }),
      await agent.post(`${url}/pay`, posted, { "hx-request": "true" }),
    ]) {
      expect([htmx.status, htmx.setCookies]).to.deep.equal([401, []])
      expect(htmx.headers.get("hx-redirect")).to.include("code=reauthenticate")
    }
  })

  it("answers 403 first to a user that no sign-in would help", async () => {
    const { url } = await startGuarded({}, { roles: ["admin"] })
    const agent = new UserAgent()
    await typePassword(agent, await agent.get(`${url}/auth/signin`))
    mock.timers.tick(later)
    expect((await open(agent, url)).status).to.equal(403)
  })

  it("takes the code or link of a mail", async () => {
    const mailbox = createMailbox()
    const { url } = await startGuarded({ providers: [mailbox.provider], session: { strategy: "jwt" } })
    const agent = new UserAgent()
    await agent.submit(await open(agent, url), { fields: { email: "ada@example.com" } })
    expect((await agent.followAll(await agent.submit(await agent.get(mailbox.link())))).body).to.equal("Paid")
  })

  it("makes an OpenID provider with a session of its own ask again", async () => {
    const { url } = await startGuarded({ providers: [demo()] })
    const agent = new UserAgent()
    const enter = async (page: Visit) => {
      const leaving = await agent.submit(page, { button: /Demo/ })
      const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
      return { asked: new URL(redirectTarget(leaving) ?? "").searchParams, page: await agent.followAll(back) }
    }
    // Asked for no proof, it gives none.
    const elsewhere = await enter(await agent.get(`${url}/auth/signin?callbackUrl=/pay`))
    expect(elsewhere.asked.has("prompt")).to.equal(false)
    expect(textOf(elsewhere.page.body)).to.include("did not confirm")
    const proven = await enter(elsewhere.page)
    expect(proven.page.body).to.equal("Paid")
    expect([proven.asked.get("prompt"), proven.asked.get("max_age")]).to.deep.equal(["login", "60"])
    mock.timers.tick(later)
    const again = await open(agent, url)
    expect(textOf(again.body)).to.include("Sign in again")
    expect((await enter(again)).page.body).to.equal("Paid")
  })

  it("requests a fresh sign-in of an OpenID provider from an anonymous visitor", async () => {
    const { url } = await startGuarded({ providers: [demo()] })
    const agent = new UserAgent()
    const page = await open(agent, url)
    expect(textOf(page.body)).to.include("Sign in to continue.")
    const back = await signInAtProvider(agent, await agent.submit(page), { name: "Ada Lovelace" })
    expect((await agent.followAll(back)).body).to.equal("Paid")
    const how = JSON.parse((await agent.get(`${url}/how`)).body)
    expect(how.methods).to.deep.equal(["oidc", "proven"])
  })

  for (const [claims, expected] of [
    [{}, "did not confirm"],
    [{ auth_time: -600 }, "did not confirm"],
    [{ auth_time: 600 }, "did not confirm"],
    [{ auth_time: -5 }, "Paid"],
  ] as const)
    it(`checks the auth_time claim of an OpenID provider: ${JSON.stringify(claims)}`, async () => {
      const server = await startOAuthServer()
      keep(server)
      if ("auth_time" in claims)
        server.answers.claims.auth_time = Math.floor(Date.now() / 1000) + claims.auth_time
      const { url } = await startGuarded({ providers: [server.openId] })
      const agent = new UserAgent()
      const done = await agent.followAll(await agent.submit(await open(agent, url)))
      expect(textOf(done.body)).to.include(expected)
    })

  it("trusts a plain OAuth provider only when configured to", async () => {
    const server = await startOAuthServer()
    keep(server)
    for (const [trust, expected] of [
      [[], "did not confirm"],
      [["oidc"], "did not confirm"],
      [["oauth"], "Paid"],
    ] as const) {
      const { url } = await startGuarded({ providers: [server.provider] }, { trust })
      const agent = new UserAgent()
      const done = await agent.followAll(await agent.submit(await open(agent, url)))
      expect(textOf(done.body), trust.join()).to.include(expected)
    }
  })

  it("passes the reason to the app's own page", async () => {
    const { url } = await startGuarded({ pages: { signIn: "/login" } })
    const agent = new UserAgent()
    const csrf = JSON.parse((await agent.get(`${url}/auth/csrf`)).body)
    const form = { ...csrf, username: "ada", password: "right" }
    await agent.post(`${url}/auth/callback/credentials`, form)
    mock.timers.tick(later)
    const to = new URL(redirectTarget(await agent.get(`${url}/pay`)) ?? "")
    expect(to.pathname).to.equal("/login")
    expect(Object.fromEntries(to.searchParams)).to.deep.equal({
      ...{ error: "SessionRequired", code: "reauthenticate" },
      callbackUrl: `${url}/pay`,
    })
  })

  it("refuses nonsense when it is made", async () => {
    const { auth } = await start({ providers: [passwords()] })
    for (const guard of [{ maxAge: 0 }, { maxAge: -1 }, { maxAge: "5m" }, { maxAge: 5, trust: ["github"] }])
      expect(() => auth.requireAuth(guard as never), JSON.stringify(guard)).to.throw(/requireAuth\(\{/)
  })
})
