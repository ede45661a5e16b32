import { expect } from "chai"
import Credentials from "express-authjs/providers/credentials"
import { cookiesOf, csrfOf, sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { startOAuthServer } from "../support/oauth-server.js"
import { passwords } from "../support/passwords.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("calling core", () => {
  const { start, demo, keep } = useAuthApps()

  it("shows core none of the browser's cookies, and none of its own to the browser", async () => {
    let seen = ""
    const authorize = async (_fields: unknown, request: Request) => {
      seen = request.headers.get("cookie") ?? ""
      return { id: "1" }
    }
    const { url } = await start({ providers: [Credentials({ authorize })] })
    const agent = new UserAgent()
    await agent.cookies.setCookie("app=secret; Path=/", url)
    await agent.cookies.setCookie("authjs.session-token=planted; Path=/", url)
    await agent.post(`${url}/auth/callback/credentials`, { csrfToken: await csrfOf(agent, url) })
    expect(seen).to.equal(`authjs.callback-url=${encodeURIComponent(`${url}/`)}`)
    expect(Object.keys(await cookiesOf(agent, url))).to.have.members([
      ...["app", "authjs.csrf-token", "authjs.session-token"],
    ])
  })

  it("logs an error of a listener once, and keeps the sign-in", async () => {
    const listener = () => {
      throw new Error("The audit log is full")
    }
    const { url, logs } = await start({ events: { signIn: listener } })
    const agent = new UserAgent()
    expect(redirectTarget(await signIn(agent, url))).to.equal(`${url}/`)
    expect(await sessionOf(agent, url)).to.not.equal(null)
    expect(logs.map(({ text }) => text.split(":")[0])).to.deep.equal(["EventError"])
  })

  it("takes a profile that cannot be read for an error, which core answers with a redirect", async () => {
    const profile = () => {
      throw new Error("no such field")
    }
    const { url, logs } = await start({ providers: [demo({ profile })] })
    const agent = new UserAgent()
    expect(redirectTarget(await signIn(agent, url))).to.include("/auth/error?error=Configuration&id=")
    expect(logs.map(({ text }) => text.split(":")[0])).to.deep.equal(["OAuthProfileParseError"])
  })

  it("uses the provider's own redirectProxyUrl", async () => {
    const provider = demo({ redirectProxyUrl: "https://proxy.example/auth" })
    const { url } = await start({ providers: [provider] })
    const { searchParams } = new URL(redirectTarget(await startSignIn(new UserAgent(), url)) ?? "")
    expect(searchParams.get("redirect_uri")).to.equal("https://proxy.example/auth/callback/demo")
  })

  it("on a redirect proxy, sends a callback on to the deployment that started it, and to no other", async () => {
    const plain = await startOAuthServer()
    keep(plain)
    const secrets = "one secret that all the deployments share"
    const proxy = await start({ providers: [plain.provider], url: "https://proxy.example", secret: secrets })
    const redirectProxyUrl = "https://proxy.example/auth"
    const proxied = await start({ providers: [{ ...plain.provider, redirectProxyUrl }], secret: secrets })
    const onProxy = await start({
      providers: [{ ...plain.provider, redirectProxyUrl }],
      ...{ url: "https://proxy.example", secret: secrets },
    })
    const agent = new UserAgent()
    const leaving = redirectTarget(await startSignIn(agent, proxied.url, { provider: "plain" })) ?? ""
    const state = new URL(leaving).searchParams.get("state") ?? ""
    const query = new URLSearchParams({ code: "the-code", state })
    const forwarded = await agent.get(`${onProxy.url}/auth/callback/plain?${query}`)
    const target = redirectTarget(forwarded)
    expect(target).to.equal(`${proxied.url}/auth/callback/plain?${query}`)
    await agent.get(target ?? "")
    expect((await sessionOf(agent, proxied.url))?.user.name).to.equal("Ada Lovelace")
    for (const [url, changed] of [
      [onProxy.url, "made-up"],
      [proxy.url, state],
    ] as const) {
      const answer = await agent.get(
        `${url}/auth/callback/plain?${new URLSearchParams({ code: "x", state: changed })}`,
      )
      expect(redirectTarget(answer)).to.equal("https://proxy.example/auth/error?error=Expired")
    }
  })

  it("finishes with an adapter and both kinds of provider in one app", async () => {
    const adapter = createMemoryAdapter()
    await adapter.createUser({ id: "1", name: "ada", email: "x@example.com", emailVerified: null })
    const { url } = await start({ adapter, providers: [demo(), passwords()] })
    const agent = new UserAgent()
    await signIn(agent, url)
    const form = { csrfToken: await csrfOf(agent, url), username: "ada", password: "right" }
    await agent.post(`${url}/auth/callback/credentials`, form)
    expect((await sessionOf(agent, url))?.user.id).to.equal("1")
    expect(adapter.rows.sessions.size).to.equal(1)
  })
})
