import type { AdapterAccount } from "@auth/core/adapters"
import { expect } from "chai"
import express, { type Request, type Response } from "express"
import { type ExpressAuthConfig, memoryLocks } from "express-authjs"
import express4 from "express4"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { cookiesOf, sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { startOAuthServer } from "../support/oauth-server.js"
import { type RotatingServer, startRotatingServer } from "../support/rotating-server.js"
import { UserAgent } from "../support/user-agent.js"

/** A lifetime in seconds that has passed already when the sign-in is done. */
const expired = 0.001

type Failure = { code?: string; status?: number }

/** Ways to keep tokens: with what configuration, and how the test makes the kept pair look older. */
const places = ["jwt session", "database row", "row and jwt"] as const

function useTokenApps() {
  const apps = useAuthApps()

  async function start(config: Partial<ExpressAuthConfig> = {}, version: typeof express = express) {
    const app = await apps.start(config, {
      express: version,
      routes: (server, auth) => {
        const id = (req: Request) => String(req.query.provider ?? "rotating")
        server.get("/token", (req, res, next) => {
          auth.accessToken(req, res, id(req)).then((token) => res.json({ token }), next)
        })
        server.get("/late", (req, res) => {
          res.write(" ")
          auth.accessToken(req, res, id(req)).then(
            (token) => res.end(JSON.stringify({ token })),
            ({ code }: Failure) => res.end(JSON.stringify({ code })),
          )
        })
        server.get("/account", (req, res, next) => {
          const providerAccountId = String(req.query.id)
          auth
            .accessToken(req, res, id(req), { providerAccountId })
            .then((token) => res.json({ token }), next)
        })
        server.use((error: Failure, _req: Request, res: Response, _next: unknown) => {
          res.status(error.status ?? 500).json({ code: error.code })
        })
      },
    })
    const ask = async (agent: UserAgent, path = "/token") => {
      const { status, body } = await agent.get(`${app.url}${path}`)
      return { status, ...(JSON.parse(body) as { token?: string; code?: string }) }
    }
    return { ...app, ask }
  }

  async function rotating(): Promise<RotatingServer> {
    const server = await startRotatingServer()
    apps.keep(server)
    return server
  }

  return { ...apps, start, rotating }
}

async function enter(agent: UserAgent, url: string, provider = "rotating") {
  const answer = await agent.followAll(await startSignIn(agent, url, { provider }))
  expect(await sessionOf(agent, url), answer.body).to.not.equal(null)
}

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

    it("is null for nobody, and where another provider is asked for", async () => {
      const { ask, agent } = await signedIn(120)
      expect(await ask(new UserAgent())).to.deep.equal({ status: 200, token: null })
      expect(await ask(agent, "/account?id=somebody-elses")).to.deep.equal({ status: 200, token: null })
      expect(await ask(agent, "/token?provider=nobody")).to.include({ code: "ERR_AUTH_UNKNOWN_PROVIDER" })
    })

    it("says that only a new sign-in helps when the provider no longer takes the refresh token", async () => {
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
        .to.include("answered 500")
        .and.not.include(token)
    })

    it("fails with 503 while the lock store does", async () => {
      const fail = () => {
        throw new Error("connection lost")
      }
      const { ask, agent, server } = await signedIn(expired, { locks: { ...memoryLocks(), acquire: fail } })
      expect(await ask(agent)).to.deep.equal({ status: 503, code: "ERR_AUTH_LOCK" })
      expect(server.refreshes).to.deep.equal([])
    })
  })

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

  it("does not refresh what is kept in a cookie once the response has begun", async () => {
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

  it("refreshes a row although the response has begun", async () => {
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
      callbacks: { jwt: ({ token }) => ({ sub: token.sub ?? "", name: "Somebody" }) },
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

  it("is a token without an end where the provider names none", async () => {
    const server = await startOAuthServer()
    keep(server)
    const { url, ask } = await start({ providers: [server.provider], session: { keepTokens: true } })
    const agent = new UserAgent()
    await enter(agent, url, "plain")
    expect(await ask(agent, "/token?provider=plain")).to.include({ token: "the-access-token" })
  })

  it("says that only a new sign-in helps where there was no refresh token", async () => {
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
