import { expect } from "chai"
import { type AccountApp, link, useAccountApps } from "../support/account-apps.js"
import { cookiesOf, csrfOf, sessionOf, signIn } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import { callbackOf } from "../support/way-back.js"

for (const strategy of ["jwt", "database"] as const)
  describe(`S4: a link flow that is not finished by the user who started it, ${strategy}`, () => {
    const { start } = useAccountApps()

    /** Ada on her way back from "other", where she signed in to link it. */
    async function half(): Promise<AccountApp & { agent: UserAgent; back: string }> {
      const app = await start({ session: { strategy } })
      const agent = await app.signInAda()
      const leaving = await agent.post(`${app.url}/link/other`)
      return { ...app, agent, back: await callbackOf(agent, leaving) }
    }

    async function expectRefused(app: AccountApp, answer: Visit, agent: UserAgent): Promise<void> {
      expect(redirectTarget(answer)).to.equal(`${app.url}/auth/error?error=LinkRefused`)
      expect([...app.adapter.rows.accounts.keys()].filter((key) => key.startsWith("other"))).to.deep.equal([])
      expect(
        Object.keys(await cookiesOf(agent, answer.url)).filter((name) => /state\./.test(name)),
      ).to.deep.equal([])
      expect((await agent.followAll(answer)).status).to.equal(403)
    }

    it("another user is signed in by then", async () => {
      const app = await half()
      await app.agent.cookies.store.removeCookies("127.0.0.1", null)
      await signIn(app.agent, app.url, { name: "Grace Hopper" })
      const session = await sessionOf(app.agent, app.url)
      expect(session?.user.name).to.equal("Grace Hopper")
      await expectRefused(app, await app.agent.get(app.back), app.agent)
      expect(await sessionOf(app.agent, app.url)).to.deep.equal(session)
    })

    it("the same user, in a newer session", async () => {
      const app = await half()
      await signIn(app.agent, app.url)
      await expectRefused(app, await app.agent.get(app.back), app.agent)
    })

    it("no user is signed in by then", async () => {
      const app = await half()
      await app.agent.post(`${app.url}/auth/signout`, { csrfToken: await csrfOf(app.agent, app.url) })
      await expectRefused(app, await app.agent.get(app.back), app.agent)
      expect([app.adapter.rows.users.size, await sessionOf(app.agent, app.url)]).to.deep.equal([1, null])
    })

    it("the user is gone by then", async () => {
      const app = await half()
      for (const id of app.adapter.rows.users.keys()) app.adapter.rows.users.delete(id)
      const answer = await app.agent.get(app.back)
      expect(redirectTarget(answer)).to.equal(`${app.url}/auth/error?error=LinkRefused`)
      expect(app.adapter.rows.users.size).to.equal(0)
    })

    it("the flow's cookie and the callback are planted in another browser", async () => {
      const app = await half()
      const victim = new UserAgent()
      await signIn(victim, app.url, { name: "Grace Hopper" })
      const flows = Object.entries(await cookiesOf(app.agent, app.back)).filter(([name]) =>
        /state\./.test(name),
      )
      for (const [name, value] of flows)
        await victim.cookies.setCookie(`${name}=${value}; Path=/auth`, app.url)
      await expectRefused(app, await victim.get(app.back), victim)
    })

    it("the callback alone is opened in another browser", async () => {
      const app = await half()
      const victim = new UserAgent()
      await signIn(victim, app.url, { name: "Grace Hopper" })
      expect(redirectTarget(await victim.get(app.back))).to.equal(`${app.url}/`)
      expect(app.adapter.rows.accounts.size).to.equal(2)
    })
  })

for (const strategy of ["jwt", "database"] as const)
  describe(`S12: signing in while signed in, ${strategy}`, () => {
    const { start } = useAccountApps()

    it("links nothing: it starts a session of the account's owner", async () => {
      const { url, adapter, signInAda, userId } = await start({ session: { strategy } })
      const agent = await signInAda()
      const ada = await userId(agent)
      await agent.cookies.store.removeCookies("127.0.0.1", null)
      await signIn(agent, url, { provider: "other", name: "Grace Hopper" })
      expect(await userId(agent)).to.not.equal(ada)
      expect([adapter.rows.users.size, adapter.rows.accounts.size]).to.deep.equal([2, 2])
    })

    it("is refused where the account is new and its address that of the user signed in", async () => {
      const { url, adapter, signInAda, userId } = await start({ session: { strategy } })
      const agent = await signInAda()
      const ada = await userId(agent)
      const answer = await signIn(agent, url, { provider: "other" })
      expect(redirectTarget(answer)).to.include("/auth/signin?error=OAuthAccountNotLinked")
      expect(adapter.rows.accounts.size).to.equal(1)
      expect(await userId(agent)).to.equal(ada)
    })
  })

for (const strategy of ["jwt", "database"] as const)
  describe(`S17: an address registered before its owner came, ${strategy}`, () => {
    const { start, demo } = useAccountApps()

    async function preRegistered(options: { trusted?: boolean } = {}) {
      const mailbox = createMailbox()
      const trusted = demo({ allowDangerousEmailAccountLinking: options.trusted ?? false })
      const app = await start({ session: { strategy }, providers: [trusted, mailbox.provider] })
      const user = { id: "eves", email: "ada@example.com", emailVerified: null, name: "Eve" }
      await app.adapter.createUser(user)
      return app
    }

    it("is not merged with an OAuth account of the same address", async () => {
      const { url, adapter } = await preRegistered()
      const agent = new UserAgent()
      const answer = await signIn(agent, url)
      expect(redirectTarget(answer)).to.include("/auth/signin?error=OAuthAccountNotLinked")
      expect([adapter.rows.accounts.size, adapter.rows.sessions.size]).to.deep.equal([0, 0])
      expect(await sessionOf(agent, url)).to.equal(null)
    })

    it("is merged where the app trusts that provider: allowDangerousEmailAccountLinking", async () => {
      const { url, adapter, userId } = await preRegistered({ trusted: true })
      const agent = new UserAgent()
      await signIn(agent, url)
      expect(await userId(agent)).to.equal("eves")
      expect(adapter.rows.accounts.get("demo:ada")?.userId).to.equal("eves")
    })
  })

describe("S5: cookies of a link flow", () => {
  const { start } = useAccountApps()

  it("are no session, and a session is no flow", async () => {
    const { url, signInAda } = await start({ session: { strategy: "jwt" } })
    const agent = await signInAda()
    const leaving = await agent.post(`${url}/link/other`)
    const cookies = await cookiesOf(agent, `${url}/auth/callback/other`)
    const [name = "", flow] = Object.entries(cookies).find(([key]) => key.startsWith("authjs.state.")) ?? []
    const asSession = new UserAgent()
    await asSession.cookies.setCookie(`authjs.session-token=${flow}; Path=/`, url)
    expect(await sessionOf(asSession, url)).to.equal(null)
    await agent.cookies.setCookie(`${name}=${cookies["authjs.session-token"]}; Path=/auth`, url)
    const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
    expect(redirectTarget(back)).to.equal(`${url}/`)
  })

  it("link nothing twice", async () => {
    const { url, adapter, signInAda } = await start()
    const agent = await signInAda()
    const back = await link(agent, url)
    expect(redirectTarget(back)).to.equal(`${url}/account`)
    expect(redirectTarget(await agent.get(back.url))).to.equal(`${url}/`)
    expect(adapter.rows.accounts.size).to.equal(2)
  })
})
