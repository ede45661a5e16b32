import type { AdapterAccount } from "@auth/core/adapters"
import { expect } from "chai"
import type express from "express"
import { memoryLocks } from "express-authjs"
import express4 from "express4"
import { createExtendedAdapter } from "../../support/adapter-extras.js"
import { sessionOf, signIn } from "../../support/auth-apps.js"
import { startOAuthServer } from "../../support/oauth-server.js"
import { enter, expired, useTokenApps } from "../../support/token-apps.js"
import { UserAgent } from "../../support/user-agent.js"

describe("auth.accessToken()", () => {
  const { start, rotating, demo, idp, keep } = useTokenApps()

  it("refreshes at a real OpenID provider, once for 50 requests", async () => {
    const adapter = createExtendedAdapter()
    const { url, ask } = await start({ adapter })
    const agent = new UserAgent()
    await signIn(agent, url)
    const row = adapter.rows.accounts.get("demo:ada") as AdapterAccount
    adapter.rows.accounts.set("demo:ada", { ...row, expires_at: Math.floor(Date.now() / 1000) })
    const refreshes = () => idp().requests.filter(({ path }) => path === "/token").length
    const before = refreshes()
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(agent, "/token?provider=demo")))
    expect(refreshes() - before).to.equal(1)
    const [{ token } = {}, ...others] = answers
    expect(token).to.be.a("string").and.not.equal(row.access_token)
    expect(others.every((other) => other.token === token)).to.equal(true)
    const stored = adapter.rows.accounts.get("demo:ada")
    expect(stored).to.include({ access_token: token, id_token: row.id_token, userId: row.userId })
    const me = await fetch(`${idp().issuer}/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(await me.json()).to.include({ sub: "ada" })
  })

  it("works on Express 4 as well", async () => {
    const server = await rotating()
    server.rotation.lifetime = 30
    const { url, ask } = await start(
      { providers: [server.provider], session: { keepTokens: true } },
      express4 as unknown as typeof express,
    )
    const agent = new UserAgent()
    await enter(agent, url)
    expect(server.isCurrent((await ask(agent)).token ?? "")).to.equal(true)
    expect(server.refreshes).to.have.length(1)
  })

  it("does not refresh what is kept in a cookie once the response has started", async () => {
    const server = await rotating()
    server.rotation.lifetime = 30
    const { url, ask } = await start({ providers: [server.provider], session: { keepTokens: true } })
    const agent = new UserAgent()
    await enter(agent, url)
    expect(server.isCurrent((await ask(agent, "/late")).token ?? "")).to.equal(true)
    server.rotation.lifetime = expired
    await enter(agent, url)
    expect(await ask(agent, "/late")).to.include({ code: "ERR_AUTH_HEADERS_SENT" })
    expect(server.refreshes).to.deep.equal([])
    expect(server.isCurrent((await ask(agent)).token ?? "")).to.equal(true)
  })

  it("refreshes a row although the response has started", async () => {
    const server = await rotating()
    server.rotation.lifetime = 30
    const { url, ask } = await start({ providers: [server.provider], adapter: createExtendedAdapter() })
    const agent = new UserAgent()
    await enter(agent, url)
    expect(server.isCurrent((await ask(agent, "/late")).token ?? "")).to.equal(true)
  })

  it("keeps id and age of a session whose cookie gets a new pair", async () => {
    const server = await rotating()
    server.rotation.lifetime = 30
    const calls: unknown[] = []
    const { url, ask } = await start({
      providers: [server.provider],
      session: { keepTokens: true },
      callbacks: {
        jwt: ({ token }) => ({ ...token, role: "admin", was: calls.push(token.sid) && token.sid }),
      },
    })
    const agent = new UserAgent()
    await enter(agent, url)
    await ask(agent)
    const session = await sessionOf(agent, url)
    expect(session?.user.name).to.equal("Ada")
    expect(new Set(calls.filter(Boolean)).size).to.equal(1)
    expect(JSON.stringify(session)).to.not.include("token")
  })

  it("loses nothing to a callback that makes its token from nothing", async () => {
    const server = await rotating()
    server.rotation.lifetime = 30
    const { url, ask } = await start({
      providers: [server.provider],
      session: { keepTokens: true },
      callbacks: { jwt: ({ token }) => ({ sub: token.sub ?? "", name: "Someone" }) },
    })
    const agent = new UserAgent()
    await enter(agent, url)
    server.rotation.lifetime = 3600
    const first = await ask(agent)
    expect(server.isCurrent(first.token ?? "")).to.equal(true)
    expect(await ask(agent)).to.deep.equal(first)
  })

  it("finds accounts that were linked later in their rows, although the session keeps the first", async () => {
    const server = await rotating()
    const adapter = createExtendedAdapter()
    const { url, ask } = await start({
      providers: [server.provider, demo()],
      adapter,
      session: { strategy: "jwt", keepTokens: true },
    })
    const agent = new UserAgent()
    await enter(agent, url)
    expect(await ask(agent, "/token?provider=demo")).to.include({ token: null })
    const { userId = "" } = adapter.rows.accounts.get("rotating:4711") ?? {}
    await adapter.linkAccount({
      ...{ userId, type: "oidc", provider: "demo", providerAccountId: "ada", access_token: "demo's" },
    })
    expect(await ask(agent, "/token?provider=demo")).to.include({ token: "demo's" })
    adapter.rows.accounts.delete("rotating:4711")
    expect(server.isCurrent((await ask(agent)).token ?? "")).to.equal(true)
  })

  it("does not lose a pair that the database could not store", async () => {
    const server = await rotating()
    server.rotation.lifetime = 30
    const adapter = createExtendedAdapter()
    const { url, ask, logs } = await start({ providers: [server.provider], adapter })
    const agent = new UserAgent()
    await enter(agent, url)
    server.rotation.lifetime = 3600
    const { updateAccount } = adapter
    adapter.updateAccount = () => Promise.reject(new Error("disk full"))
    const first = await ask(agent)
    expect(server.isCurrent(first.token ?? "")).to.equal(true)
    expect(logs.map(({ text }) => text)).to.deep.equal(["Error: disk full"])
    adapter.updateAccount = updateAccount
    expect(await ask(agent)).to.deep.equal(first)
    expect(server.refreshes).to.have.length(1)
    expect(adapter.rows.accounts.get("rotating:4711")?.access_token).to.equal(first.token)
  })

  it("looks at the row again before it uses up a refresh token it read a while ago", async () => {
    const server = await rotating()
    server.rotation.lifetime = 30
    const adapter = createExtendedAdapter()
    const locks = { ...memoryLocks(), get: () => undefined }
    const { url, ask } = await start({ providers: [server.provider], adapter, locks })
    const agent = new UserAgent()
    await enter(agent, url)
    server.rotation.lifetime = 3600
    const { listAccounts } = adapter
    adapter.listAccounts = async (userId) => {
      adapter.listAccounts = listAccounts
      const rows = await listAccounts(userId)
      await new Promise((resolve) => setTimeout(resolve, 100))
      return rows
    }
    const [late, prompt] = await Promise.all([ask(agent), ask(agent)])
    expect(late).to.deep.equal(prompt)
    expect(server.refreshes).to.have.length(1)
    expect(server.isCurrent(late.token ?? "")).to.equal(true)
  })

  it("is a token without an end where the provider names none", async () => {
    const server = await startOAuthServer()
    keep(server)
    const { url, ask } = await start({ providers: [server.provider], session: { keepTokens: true } })
    const agent = new UserAgent()
    await enter(agent, url, "plain")
    expect(await ask(agent, "/token?provider=plain")).to.include({ token: "the-access-token" })
  })

  it("asks for a new sign-in without a refresh token", async () => {
    const server = await startOAuthServer()
    keep(server)
    const tokens = { access_token: "short", token_type: "bearer", expires_in: 30 }
    server.answers.token.body = tokens
    const { url, ask } = await start({ providers: [server.provider], session: { keepTokens: true } })
    const agent = new UserAgent()
    await enter(agent, url, "plain")
    expect(await ask(agent, "/token?provider=plain")).to.include({ token: "short" })
    tokens.expires_in = expired
    await enter(agent, url, "plain")
    const answer = await ask(agent, "/token?provider=plain")
    expect(answer).to.deep.equal({ status: 401, code: "ERR_AUTH_REFRESH_DENIED" })
  })

  it("needs a database, or keepTokens", async () => {
    const { url, ask } = await start({ session: { strategy: "jwt" } })
    const agent = new UserAgent()
    await signIn(agent, url)
    const answer = await ask(agent, "/token?provider=demo")
    expect(answer).to.deep.equal({ status: 500, code: "ERR_AUTH_MISSING_ADAPTER" })
  })

  it("chooses between several accounts", async () => {
    const adapter = createExtendedAdapter()
    const { url, ask } = await start({ adapter, providers: [demo()] })
    const agent = new UserAgent()
    await signIn(agent, url)
    const { userId = "" } = adapter.rows.accounts.get("demo:ada") ?? {}
    await adapter.linkAccount({
      ...{ userId, type: "oidc", provider: "demo", providerAccountId: "second", access_token: "second's" },
    })
    expect(await ask(agent, "/account?provider=demo&id=second")).to.include({ token: "second's" })
    expect((await ask(agent, "/token?provider=demo")).token).to.not.equal("second's")
  })
})
