import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import { claimsOf, link, useAccountApps } from "../../support/account-apps.js"
import { cookiesOf, csrfOf, sessionOf, signIn, startSignIn } from "../../support/auth-apps.js"
import { expressVersions } from "../../support/listen.js"
import { passwords } from "../../support/passwords.js"
import { signInAtProvider } from "../../support/sign-in-at-provider.js"
import { redirectTarget, describe as show, UserAgent, type Visit } from "../../support/user-agent.js"

const json = { accept: "application/json", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }

for (const strategy of ["jwt", "database"] as const)
  for (const [version, express] of expressVersions)
    describe(`auth.linkAccount(), ${strategy}, ${version}`, () => {
      const { start } = useAccountApps()
      const session = { strategy }

      it("links an account to the signed-in user, and leaves the session unchanged", async () => {
        const events: string[] = []
        const { url, adapter, signInAda, userId } = await start(
          {
            session,
            callbacks: { jwt: ({ token, trigger }) => ({ ...token, calls: [token.calls, trigger].flat() }) },
            events: {
              linkAccount: ({ account }) => void events.push(`link ${account.provider}`),
              signIn: ({ account }) => void events.push(`signIn ${account?.provider}`),
            },
          },
          { express },
        )
        const agent = await signInAda()
        const before = await cookiesOf(agent, url)
        const id = await userId(agent)
        const sessions = structuredClone([...adapter.rows.sessions.keys()])
        events.splice(0)
        const back = await link(agent, url, { name: "Grace Hopper" })
        expect(redirectTarget(back), show(back)).to.equal(`${url}/account`)
        expect(
          [...adapter.rows.accounts.values()].map(({ provider, userId }) => [provider, userId]),
        ).to.deep.equal([
          ["demo", id],
          ["other", id],
        ])
        expect(adapter.rows.users.size).to.equal(1)
        expect(events).to.deep.equal(["link other"])
        expect(back.setCookies.join()).to.not.include("session-token=;").and.not.include("linked")
        expect(await userId(agent)).to.equal(id)
        expect([...adapter.rows.sessions.keys()]).to.deep.equal(sessions)
        if (strategy === "database") expect(await cookiesOf(agent, url)).to.deep.equal(before)
      })

      it("signs in with either account afterwards, as the same user", async () => {
        const { url, signInAda, userId } = await start({ session }, { express })
        const agent = await signInAda()
        await link(agent, url, { name: "Grace Hopper" })
        const elsewhere = new UserAgent()
        await signIn(elsewhere, url, { provider: "other", name: "Grace Hopper" })
        expect(await userId(elsewhere)).to.equal(await userId(agent))
      })
    })

describe("auth.linkAccount()", () => {
  const { start, demo } = useAccountApps()

  it("keeps id and age of an encrypted session, and lists no other", async () => {
    const revocation = memoryRevocation()
    const { url, adapter, signInAda } = await start({ session: { strategy: "jwt" }, revocation })
    const agent = await signInAda()
    const before = await claimsOf(agent, url)
    await link(agent, url)
    expect(await claimsOf(agent, url)).to.deep.equal(before)
    expect(before.sid).to.be.a("string")
    expect(revocation.list(String(before.sub)).map(({ id }) => id)).to.deep.equal([before.sid])
    expect(adapter.rows.accounts.size).to.equal(2)
  })

  it("asks for no fresh sign-in when the account is linked already, but stores its newer tokens", async () => {
    const { url, adapter, signInAda } = await start()
    const agent = await signInAda()
    const tokenOf = () => adapter.rows.accounts.get("demo:ada")?.access_token
    const former = tokenOf()
    const back = await link(agent, url, { provider: "demo" })
    expect(redirectTarget(back)).to.equal(`${url}/account`)
    expect(adapter.rows.accounts.size).to.equal(1)
    expect(tokenOf()).to.be.a("string").and.not.equal(former)
  })

  it("redirects anonymous visitors to the sign-in page, and then to their destination", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const asked = redirectTarget(await agent.post(`${url}/link/other`)) ?? ""
    expect(asked).to.match(/\/auth\/signin\?error=SessionRequired&callbackUrl=[^&]*%2Faccount$/)
    const page = await agent.get(asked)
    const leaving = await agent.submit(page, { formAction: /signin\/demo$/ })
    const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
    expect(redirectTarget(back)).to.equal(`${url}/account`)
  })

  it("asks those to sign in again who have not done so lately", async () => {
    for (const strategy of ["jwt", "database"] as const) {
      const { url, adapter, signInAda } = await start({ session: { strategy } }, { link: { maxAge: 0.05 } })
      const agent = await signInAda()
      await new Promise((resolve) => setTimeout(resolve, 80))
      const asked = await agent.post(`${url}/link/other`)
      expect(redirectTarget(asked)).to.match(/signin\?error=SessionRequired&code=reauthenticate&callbackUrl=/)
      expect((await agent.get(redirectTarget(asked) ?? "")).body).to.include("confirm that it is you")
      const problem = await agent.post(`${url}/link/other`, {}, json)
      expect([problem.status, JSON.parse(problem.body).code]).to.deep.equal([401, "ERR_AUTH_REAUTHENTICATE"])
      expect(adapter.rows.accounts.size).to.equal(1)
    }
  })

  it("knows no fresh sign-in from a row that does not say when it was made", async () => {
    const { url, adapter, signInAda } = await start()
    const agent = await signInAda()
    const [row] = adapter.rows.sessions.values()
    if (!row) throw new Error("there is a session")
    adapter.rows.sessions.clear()
    const { userId, expires } = row
    adapter.rows.sessions.set("old-token", { userId, expires, sessionToken: "old-token" })
    await agent.cookies.setCookie("authjs.session-token=old-token; Path=/", url)
    expect(await sessionOf(agent, url)).to.not.equal(null)
    expect(redirectTarget(await agent.post(`${url}/link/other`))).to.include("code=reauthenticate")
  })

  it("redirects to the destination when the user cancels", async () => {
    const { url, adapter, signInAda } = await start()
    const agent = await signInAda()
    await agent.cookies.store.removeCookies("127.0.0.1", null)
    const leaving = await agent.post(`${url}/link/other`)
    const back = await signInAtProvider(agent, leaving, { cancel: true })
    expect(redirectTarget(back)).to.equal(`${url}/account`)
    expect(adapter.rows.accounts.size).to.equal(1)
  })

  it("shows a page for an account of another user, and links nothing", async () => {
    const { url, adapter, signInAda, userId } = await start()
    await signIn(new UserAgent(), url, { provider: "other", name: "Grace Hopper" })
    const agent = await signInAda()
    const id = await userId(agent)
    const back = await link(agent, url, { name: "Grace Hopper" })
    expect(redirectTarget(back)).to.equal(`${url}/auth/error?error=OAuthAccountNotLinked`)
    const page = await agent.followAll(back)
    expect([page.status, page.body.includes("This account is taken")]).to.deep.equal([409, true])
    expect(adapter.rows.accounts.get("other:grace")?.userId).to.not.equal(id)
    expect(await userId(agent)).to.equal(id)
  })

  it("lets callbacks.signIn refuse an account", async () => {
    const { url, adapter, signInAda } = await start({
      callbacks: { signIn: ({ account }) => account?.provider !== "other" },
    })
    const agent = await signInAda()
    expect(redirectTarget(await link(agent, url))).to.include("/auth/error?error=AccessDenied")
    expect(adapter.rows.accounts.size).to.equal(1)
    expect(await sessionOf(agent, url)).to.not.equal(null)
  })

  it("links at providers that post their answer", async () => {
    const authorization = { params: { response_mode: "form_post" } }
    const { url, adapter, signInAda } = await start({
      providers: [demo(), demo({ id: "other", authorization })],
    })
    const agent = await signInAda()
    expect(redirectTarget(await agent.follow(await link(agent, url)))).to.equal(`${url}/account`)
    expect([...adapter.rows.accounts.keys()]).to.deep.equal(["demo:ada", "other:ada"])
  })

  it("is one flow among others: a link and a sign-in in two tabs, finished in either order", async () => {
    for (const linkFirst of [true, false]) {
      const { url, adapter, signInAda } = await start()
      const agent = await signInAda()
      const linking = await agent.post(`${url}/link/other`)
      const signing = await startSignIn(agent, url, { callbackUrl: "/tab" })
      const finish = async (leaving: Visit) =>
        redirectTarget(await signInAtProvider(agent, leaving, { name: "Ada Lovelace" }))
      const refused = `${url}/auth/error?error=LinkRefused`
      if (linkFirst) expect(await finish(linking)).to.equal(`${url}/account`)
      expect(await finish(signing)).to.equal(`${url}/tab`)
      if (!linkFirst) expect(await finish(linking)).to.equal(refused)
      expect(adapter.rows.accounts.size).to.equal(linkFirst ? 2 : 1)
    }
  })

  it("adds the app's parameters to the request", async () => {
    const authorizationParams = { prompt: "login", client_id: "evil", state: "x" }
    const { url, signInAda } = await start({}, { link: { authorizationParams } })
    const agent = await signInAda()
    const { searchParams } = new URL(redirectTarget(await agent.post(`${url}/link/other`)) ?? "")
    expect(searchParams.get("prompt")).to.equal("login")
    expect([searchParams.get("client_id"), searchParams.get("state")]).to.not.include.members(["evil", "x"])
  })

  it("refuses providers without checks, and those that are not OAuth", async () => {
    const { url, signInAda } = await start({
      session: { strategy: "jwt" },
      providers: [demo(), demo({ id: "unchecked", checks: ["none"] }), passwords()],
    })
    const agent = await signInAda()
    for (const id of ["unchecked", "credentials"]) {
      const problem = await agent.post(`${url}/link/${id}`, {}, json)
      expect([problem.status, JSON.parse(problem.body).code], id).to.deep.equal([400, "ERR_AUTH_LINK"])
    }
    expect((await agent.post(`${url}/link/unknown`, {}, json)).status).to.equal(404)
  })

  it("says that it needs a database", async () => {
    const { url, signInAda } = await start({}, { database: false })
    const agent = await signInAda()
    const answer = await agent.post(`${url}/link/other`)
    expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([500, "ERR_AUTH_MISSING_ADAPTER"])
    const csrfToken = await csrfOf(agent, url)
    expect((await agent.post(`${url}/auth/link/other`, { csrfToken })).status).to.equal(404)
  })
})

describe("POST /auth/link/:provider", () => {
  const { start } = useAccountApps()

  it("links from a form with a CSRF token", async () => {
    const { url, adapter, signInAda } = await start()
    const agent = await signInAda()
    const csrfToken = await csrfOf(agent, url)
    const leaving = await agent.post(`${url}/auth/link/other`, { csrfToken, callbackUrl: "/settings" })
    const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
    expect(redirectTarget(back)).to.equal(`${url}/settings`)
    expect([...adapter.rows.accounts.keys()]).to.deep.equal(["demo:ada", "other:ada"])
  })

  it("S19: links nothing without the token, for another site, or on GET", async () => {
    const { url, signInAda } = await start()
    const agent = await signInAda()
    const csrfToken = await csrfOf(agent, url)
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" }
    expect((await agent.post(`${url}/auth/link/other`)).status).to.equal(403)
    expect((await agent.post(`${url}/auth/link/other`, { csrfToken: "x" })).status).to.equal(403)
    expect((await agent.post(`${url}/auth/link/other`, { csrfToken }, foreign)).status).to.equal(403)
    expect((await agent.post(`${url}/link/other`, {}, foreign)).status).to.equal(403)
    expect((await agent.get(`${url}/auth/link/other`)).status).to.equal(405)
  })

  it("asks those to sign in who are not", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    expect(redirectTarget(await agent.post(`${url}/auth/link/other`, { csrfToken }))).to.include(
      "SessionRequired",
    )
  })
})
