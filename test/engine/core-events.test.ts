import { expect } from "chai"
import { claimsOf, useAccountApps } from "../support/account-apps.js"
import { sessionOf, signIn } from "../support/auth-apps.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("the tokens of an account", () => {
  const { start, demo } = useAccountApps()

  it("are those of the latest sign-in, with either kind of session", async () => {
    for (const strategy of ["jwt", "database"] as const) {
      const { url, adapter, signInAda } = await start({ session: { strategy } })
      await signInAda()
      const first = adapter.rows.accounts.get("demo:ada")
      await signInAda()
      const second = adapter.rows.accounts.get("demo:ada")
      expect(second?.access_token).to.be.a("string").and.not.equal(first?.access_token)
      expect(second?.refresh_token).to.be.a("string").and.not.equal(first?.refresh_token)
      expect(second).to.include({
        userId: first?.userId,
        type: "oidc",
        provider: "demo",
        providerAccountId: "ada",
      })
      expect(url).to.be.a("string")
    }
  })

  it("are what account() of the provider chooses, each time", async () => {
    const chooses = demo({
      account: ({ access_token }) => (access_token ? { access_token, scope: "mine" } : {}),
    })
    const { adapter, signInAda } = await start({ providers: [chooses] })
    for (let round = 0; round < 2; round++) {
      await signInAda()
      expect(adapter.rows.accounts.get("demo:ada"))
        .to.include({ scope: "mine" })
        .and.not.include.keys("id_token")
    }
  })

  it("keep the refresh token that a later sign-in did not bring", async () => {
    const { adapter, signInAda } = await start({
      providers: [
        demo({
          account: ({ access_token, refresh_token }) => ({
            ...(access_token && { access_token }),
            ...(refresh_token && adapter.rows.accounts.size === 0 && { refresh_token }),
          }),
        }),
      ],
    })
    await signInAda()
    const first = adapter.rows.accounts.get("demo:ada")
    await signInAda()
    expect(adapter.rows.accounts.get("demo:ada")?.refresh_token).to.equal(first?.refresh_token)
  })

  it("do not stop a sign-in when they cannot be stored", async () => {
    const { url, adapter, signInAda, logs } = await start()
    await signInAda()
    adapter.updateAccount = () => Promise.reject(new Error("disk full"))
    const agent = await signInAda()
    expect(await sessionOf(agent, url)).to.not.equal(null)
    expect(logs.map(({ text }) => text)).to.deep.equal(["Error: disk full"])
  })

  it("are left alone by adapters that cannot change them, and events are emitted as usual", async () => {
    const told: string[] = []
    const { url, adapter, signInAda } = await start({
      events: { signIn: ({ account }) => void told.push(String(account?.provider)) },
    })
    Reflect.deleteProperty(adapter, "updateAccount")
    await signInAda()
    const agent = new UserAgent()
    expect(redirectTarget(await signIn(agent, url))).to.equal(`${url}/`)
    expect(told).to.deep.equal(["demo", "demo"])
  })
})

describe("session.keepTokens", () => {
  const { start } = useAccountApps()

  it("keeps access and refresh token in the encrypted session, and nothing of it in what browsers read", async () => {
    const { url, signInAda } = await start({ session: { keepTokens: true } }, { database: false })
    const agent = await signInAda()
    const { provider_tokens } = await claimsOf(agent, url)
    expect(provider_tokens).to.have.all.keys(
      ...["access_token", "refresh_token", "expires_at", "provider", "providerAccountId"],
    )
    expect(JSON.stringify(await sessionOf(agent, url))).to.not.include("token")
  })

  it("is off by default", async () => {
    const { url, signInAda } = await start({}, { database: false })
    expect(await claimsOf(await signInAda(), url)).to.not.include.keys("provider_tokens")
  })
})

describe("the events of a first sign-in", () => {
  const { start, demo } = useAccountApps()

  function startTelling(failing?: string) {
    const told: string[] = []
    const tell = (event: string) => () => {
      told.push(event)
      if (event === failing) throw new Error("The mail server is down")
    }
    const events = {
      createUser: tell("createUser"),
      linkAccount: tell("linkAccount"),
      signIn: tell("signIn"),
    }
    return { told, events }
  }

  it("are createUser, linkAccount and signIn, and signIn alone the next time", async () => {
    const { told, events } = startTelling()
    const { signInAda } = await start({ events })
    await signInAda()
    expect(told.splice(0)).to.deep.equal(["createUser", "linkAccount", "signIn"])
    await signInAda()
    expect(told).to.deep.equal(["signIn"])
  })

  it("follow a listener that throws, which is logged", async () => {
    const { told, events } = startTelling("createUser")
    const { url, signInAda, logs } = await start({ events })
    const agent = await signInAda()
    expect(told).to.deep.equal(["createUser", "linkAccount", "signIn"])
    expect(logs.map(({ text }) => text)).to.deep.equal(["Error: The mail server is down"])
    expect(await sessionOf(agent, url)).to.not.equal(null)
  })

  it("tell of no new user where the account is linked to the one with its address", async () => {
    const { told, events } = startTelling()
    const providers = [demo({ allowDangerousEmailAccountLinking: true })]
    const { adapter, signInAda } = await start({ events, providers })
    await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: new Date() })
    await signInAda()
    expect(told).to.deep.equal(["linkAccount", "signIn"])
  })
})
