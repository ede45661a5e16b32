import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { database } from "express-authjs/database"
import { type FakeProvider, fakeProvider } from "express-authjs/testing"
import request, { type Agent } from "supertest"
import { listen } from "../support/listen.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { withEnvironment } from "../support/with-environment.js"
import { rejection } from "./rejection.js"

const secret = "a secret of at least thirty-two characters"

describe("fakeProvider", () => {
  let idp: FakeProvider

  before(async () => {
    idp = await fakeProvider({ claims: ["department"] })
  })
  after(() => idp.close())

  function createAgent(config: Partial<ExpressAuthConfig> = {}): Agent {
    const logger = { warn: () => {}, error: () => {} }
    const auth = ExpressAuth({ secret, logger, providers: [idp.provider], ...config })
    const app = express().use("/auth", auth)
    app.get("/me", auth.requireAuth(), (req, res) => void res.json(req.auth.user))
    app.get("/token", async (req, res) => res.json(await auth.accessToken(req, res, "fake")))
    return request.agent(app)
  }

  /** Signs in as docs/guides/testing.md shows. Returns the response at the end of all redirects. */
  async function signIn(agent: Agent, callbackUrl = "/me") {
    const { body } = await agent.get("/auth/csrf")
    const form = { csrfToken: body.csrfToken, callbackUrl }
    return agent.post("/auth/signin/fake").type("form").send(form).redirects(10)
  }

  it("signs in a persona through every step of the app's own callbacks", async () => {
    const claims: unknown[] = []
    const agent = createAgent({
      callbacks: {
        signIn: ({ profile }) => {
          claims.push({ department: profile?.department, roles: profile?.roles, sub: profile?.sub })
          return true
        },
      },
    })
    idp.persona = {
      sub: "grace",
      name: "Grace",
      email: "grace@example.com",
      roles: ["a"],
      department: "navy",
    }
    const { body, status } = await signIn(agent)
    expect(status).to.equal(200)
    expect(body).to.include({ name: "Grace", email: "grace@example.com" })
    expect(claims).to.deep.equal([{ department: "navy", roles: ["a"], sub: "grace" }])
  })

  it("signs in the persona of the moment, with the same agent", async () => {
    const agent = createAgent()
    for (const name of ["Ada", "Bob", "Ada"]) {
      idp.persona = { sub: name, name, email: `${name}@example.com`, email_verified: true }
      expect((await signIn(agent)).body).to.include({ name })
    }
  })

  it("starts as Ada Lovelace, and links accounts", async () => {
    const own = await fakeProvider({ id: "sso" })
    const adapter = createMemoryAdapter()
    const auth = ExpressAuth({ secret, adapter, providers: [own.provider] })
    const app = express().use("/auth", auth)
    app.get("/me", auth.requireAuth(), (req, res) => void res.send(req.auth.user.name))
    const agent = request.agent(app)
    const { body } = await agent.get("/auth/csrf")
    const form = { csrfToken: body.csrfToken, callbackUrl: "/me" }
    const { text } = await agent.post("/auth/signin/sso").type("form").send(form).redirects(10)
    await own.close()
    expect(text).to.equal("Ada Lovelace")
    const [account] = adapter.rows.accounts.values()
    expect(account).to.include({ provider: "sso", providerAccountId: "ada", type: "oidc" })
  })

  it("issues access and refresh tokens", async () => {
    const adapter = database("sqlite::memory:", { migrate: true })
    const agent = createAgent({ adapter })
    await signIn(agent)
    const { body } = await agent.get("/token").expect(200)
    expect(body).to.be.a("string").and.not.be.empty
    const [account] = await adapter.listAccounts(String((await agent.get("/me")).body.id))
    expect(account?.refresh_token).to.be.a("string").and.not.be.empty
    await adapter.close()
  })

  it("refuses the next sign-in, and only that", async () => {
    const agent = createAgent()
    idp.refuse("access_denied")
    expect((await signIn(agent)).text).to.include("You cancelled. Try again")
    idp.refuse("temporarily_unavailable", "Down for maintenance")
    expect((await signIn(agent)).status).to.not.equal(500)
    await agent.get("/me").expect(401)
    expect((await signIn(agent)).status).to.equal(200)
  })

  it("accepts the redirect URI of any host", async () => {
    const { headers } = await fetch(
      `${idp.issuer}/auth?${new URLSearchParams({
        client_id: idp.clientId,
        response_type: "code",
        scope: "openid",
        redirect_uri: "https://shop.example/auth/callback/fake",
      })}`,
      { redirect: "manual" },
    )
    expect(headers.get("location")).to.match(/^\/interaction\//)
  })

  it("listens on the port that the test names", async () => {
    const free = await listen(() => {}, "127.0.0.1")
    await free.close()
    const own = await fakeProvider({ port: free.port })
    await own.close()
    expect(own.issuer).to.equal(`http://127.0.0.1:${free.port}`)
  })

  it("says which claims it does not send, and that a persona needs `sub`", () => {
    const set = (persona: object) => () => {
      idp.persona = persona as typeof idp.persona
    }
    expect(set({ sub: "ada", team: "red" })).to.throw('start it with fakeProvider({ claims: ["team"] })')
    expect(set({ name: "Ada" })).to.throw("needs `sub`")
  })

  it("S56: throws in production", async () => {
    const error = await rejection(withEnvironment({ NODE_ENV: "production" }, () => fakeProvider()))
    expect(error).to.include({ code: "ERR_AUTH_TESTING" })
  })
})
