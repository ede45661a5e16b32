import { expect } from "chai"
import express from "express"
import { type ExpressAuthConfig, memoryLocks } from "express-authjs"
import { refreshTokens } from "../../../lib/actions/accounts/refresh-tokens.js"
import { resolveConfig } from "../../../lib/config/resolve-config.js"
import { isOAuthProvider } from "../../../lib/config/resolve-providers.js"
import { createExtendedAdapter } from "../../support/adapter-extras.js"
import { cookiesOf, secret, sessionOf } from "../../support/auth-apps.js"
import { type Listening, listen } from "../../support/listen.js"
import { enter, expired, useTokenApps } from "../../support/token-apps.js"
import { UserAgent } from "../../support/user-agent.js"

/** Ways to keep tokens: with what configuration, and how the test makes the kept pair look older. */
const places = ["jwt session", "database row", "row and jwt"] as const

for (const place of places)
  describe(`auth.accessToken(), ${place}`, () => {
    const { start, rotating } = useTokenApps()

    async function signedIn(lifetime: number, more: Partial<ExpressAuthConfig> = {}) {
      const server = await rotating()
      server.rotation.lifetime = lifetime
      const adapter = createExtendedAdapter()
      const config: Partial<ExpressAuthConfig> =
        place === "jwt session"
          ? { session: { keepTokens: true } }
          : { adapter, session: { strategy: place === "database row" ? "database" : "jwt" } }
      const app = await start({ providers: [server.provider], ...config, ...more })
      const agent = new UserAgent()
      await enter(agent, app.url)
      server.rotation.lifetime = 3600
      return { ...app, agent, server, adapter }
    }

    it("is the token of the sign-in while it is good for a minute", async () => {
      const { ask, agent, server } = await signedIn(120)
      const { token = "" } = await ask(agent)
      expect(server.isCurrent(token)).to.equal(true)
      expect(server.refreshes).to.deep.equal([])
    })

    it("is refreshed when it ends within a minute, and the new pair stored", async () => {
      const { ask, agent, server } = await signedIn(30)
      const first = await ask(agent)
      expect(server.isCurrent(first.token ?? "")).to.equal(true)
      expect(await ask(agent)).to.deep.equal(first)
      expect(server.refreshes).to.have.length(1)
    })

    it("is refreshed again and again, as the refresh tokens change", async () => {
      const { ask, agent, server } = await signedIn(30)
      server.rotation.lifetime = 30
      const tokens = []
      for (let round = 0; round < 4; round++) tokens.push((await ask(agent)).token ?? "")
      expect(new Set(tokens).size).to.equal(4)
      expect(server.isCurrent(tokens.at(-1) ?? "")).to.equal(true)
    })

    it("is refreshed once for 50 requests at the same time", async () => {
      const { ask, agent, server } = await signedIn(30)
      server.rotation.delay = 50
      const answers = await Promise.all(Array.from({ length: 50 }, () => ask(agent)))
      expect(new Set(answers.map(({ token }) => token)).size).to.equal(1)
      expect(server.refreshes).to.have.length(1)
      expect(await ask(agent)).to.deep.equal(answers[0])
      expect(server.isCurrent(answers[0]?.token ?? "")).to.equal(true)
    })

    it("does not use a refresh token again that a late request still carries", async () => {
      const { ask, agent, server, url } = await signedIn(30)
      const late = new UserAgent()
      for (const [name, value] of Object.entries(await cookiesOf(agent, url)))
        await late.cookies.setCookie(`${name}=${value}; Path=/`, url)
      const first = await ask(agent)
      expect(await ask(late)).to.deep.equal(first)
      expect(await ask(late)).to.deep.equal(first)
      expect(server.refreshes).to.have.length(1)
    })

    it("is null for an anonymous request, and for another provider", async () => {
      const { ask, agent } = await signedIn(120)
      expect(await ask(new UserAgent())).to.deep.equal({ status: 200, token: null })
      expect(await ask(agent, "/account?id=another-users")).to.deep.equal({ status: 200, token: null })
      expect(await ask(agent, "/token?provider=unknown")).to.include({ code: "ERR_AUTH_UNKNOWN_PROVIDER" })
    })

    it("asks for a new sign-in when the provider refuses the refresh token", async () => {
      const { ask, agent, server, url } = await signedIn(expired)
      for (const fault of [
        { status: 400, body: { error: "invalid_grant" } },
        { status: 200, body: { error: "bad_refresh_token" } },
      ]) {
        server.rotation.fault = fault
        expect(await ask(agent)).to.deep.equal({ status: 401, code: "ERR_AUTH_REFRESH_DENIED" })
      }
      expect(await sessionOf(agent, url)).to.not.equal(null)
      server.rotation.fault = undefined
      await enter(agent, url)
      expect(server.isCurrent((await ask(agent)).token ?? "")).to.equal(true)
    })

    for (const [name, fault, code, status] of [
      ["a 503", { status: 503, body: "down" }, "ERR_AUTH_PROVIDER_UNAVAILABLE", 503],
      ["a 429", { status: 429, body: {} }, "ERR_AUTH_PROVIDER_UNAVAILABLE", 503],
      ["no JSON", { status: 200, body: "<html>" }, "ERR_AUTH_REFRESH", 503],
      ["no token", { status: 200, body: {} }, "ERR_AUTH_REFRESH", 503],
      [
        "a refusal of the client",
        { status: 401, body: { error: "invalid_client" } },
        "ERR_AUTH_REFRESH",
        500,
      ],
    ] as const)
      it(`keeps session and tokens at ${name}, and works again afterwards`, async () => {
        const { ask, agent, server, url } = await signedIn(expired)
        server.rotation.fault = fault
        expect(await ask(agent)).to.deep.equal({ status, code })
        expect(await sessionOf(agent, url)).to.not.equal(null)
        server.rotation.fault = undefined
        expect(server.isCurrent((await ask(agent)).token ?? "")).to.equal(true)
      })

    it("gives out what is good for some seconds still while the provider is down", async () => {
      const { ask, agent, server, logs } = await signedIn(30)
      server.rotation.fault = { status: 500, body: "" }
      const { token = "" } = await ask(agent)
      expect(server.isCurrent(token)).to.equal(true)
      expect(logs.map(({ text }) => text).join())
        .to.include("responded 500")
        .and.not.include(token)
    })

    it("fails with 503 while the lock store does", async () => {
      const locks = memoryLocks()
      const { ask, agent, server } = await signedIn(expired, { locks })
      locks.acquire = () => {
        throw new Error("connection lost")
      }
      expect(await ask(agent)).to.deep.equal({ status: 503, code: "ERR_AUTH_LOCK" })
      expect(server.refreshes).to.deep.equal([])
    })
  })

describe("refreshTokens()", () => {
  const open: Listening[] = []
  afterEach(() => Promise.all(open.splice(0).map(({ close }) => close())))

  /** A configuration whose provider answers with a token of that name. */
  async function start(name: string, options: Partial<ExpressAuthConfig> = {}) {
    const server = await listen(
      express().post("/token", (_req, res) => void res.json({ access_token: name, token_type: "bearer" })),
    )
    open.push(server)
    const endpoints = { authorization: `${server.url}/authorize`, token: `${server.url}/token` }
    const client = { clientId: name, clientSecret: "secret", userinfo: `${server.url}/userinfo` }
    const config = resolveConfig({
      secret,
      providers: [{ id: "corp", name: "Corp", type: "oauth", ...endpoints, ...client }],
      ...options,
    })
    const [provider] = config.providers
    if (!provider || !isOAuthProvider(provider)) throw new Error("The provider is an OAuth provider")
    const former = { access_token: "former", refresh_token: "the same" }
    return () => refreshTokens(config, former, { provider, source: { read: async () => former } })
  }

  it("shares no answer between clients of the same provider id, nor between tenants", async () => {
    const renewals = [await start("one"), await start("two"), await start("one", { tenant: "acme" })]
    const answers = await Promise.all(renewals.map((renew) => renew()))
    expect(answers.map(({ access_token }) => access_token)).to.deep.equal(["one", "two", "one"])
    expect((await start("two", { tenant: "acme" }).then((renew) => renew())).access_token).to.equal("two")
  })
})
