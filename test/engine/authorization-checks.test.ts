import { createHash } from "node:crypto"
import { expect } from "chai"
import { customFetch } from "express-authjs"
import { encodeToken } from "../../lib/session/codec/token-codec.js"
import { secret, sessionOf, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { startOAuthServer } from "../support/oauth-server.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { callbackOf, flowsOf, wayBack } from "../support/way-back.js"

type Check = "pkce" | "state" | "nonce"
type Metadata = Record<string, unknown>

describe("the checks of an authorization request", () => {
  const { start, keep } = useAuthApps()

  async function startWith(checks: Check[]) {
    const server = await startOAuthServer()
    keep(server)
    const app = await start({ providers: [{ ...server.openId, checks } as never] })
    const agent = new UserAgent()
    const back = await wayBack(agent, app.url, { provider: "plain" })
    const sent = () => server.asked.find(({ endpoint }) => endpoint === "authorize")?.query ?? {}
    const redeemed = () => server.asked.filter(({ endpoint }) => endpoint === "token")
    return { ...app, agent, back, sent, redeemed }
  }

  it("redeems the code with the verifier of the challenge that was sent", async () => {
    const { url, agent, back, sent, redeemed } = await startWith(["pkce", "nonce"])
    await agent.get(back)
    const [{ body } = { body: {} as Record<string, string> }] = redeemed()
    const challenge = createHash("sha256")
      .update(body.code_verifier ?? "")
      .digest("base64url")
    expect(body.code_verifier).to.match(/^[\w-]{43}$/)
    expect(sent()).to.include({ code_challenge: challenge, code_challenge_method: "S256" })
    expect(sent().state).to.match(/^[\w-]{43}$/)
    expect((await sessionOf(agent, url))?.user).to.be.an("object")
  })

  it("sends neither challenge nor verifier to a provider that does not check them", async () => {
    const { url, agent, back, sent, redeemed } = await startWith(["state"])
    await agent.get(back)
    expect(sent()).to.not.have.any.keys("code_challenge", "code_challenge_method", "nonce")
    expect(redeemed()).to.have.length(1)
    expect(redeemed()[0]?.body).to.not.have.property("code_verifier")
    expect((await sessionOf(agent, url))?.user).to.be.an("object")
  })

  it("uses other values at each sign-in", async () => {
    const one = await startWith(["pkce", "state", "nonce"])
    const two = await startWith(["pkce", "state", "nonce"])
    for (const name of ["state", "nonce", "code_challenge"])
      expect(one.sent()[name]).to.be.a("string").and.not.equal(two.sent()[name])
  })

  for (const verifier of [undefined, "", "short", 7, "decoy"])
    it(`redeems no code for a flow with the verifier ${String(verifier) || '""'}`, async () => {
      const { url, agent, back, redeemed } = await startWith(["pkce"])
      const [[name = ""] = []] = await flowsOf(agent, url)
      const flow = { provider: "plain", destination: `${url}/`, verifier }
      const cookie = `${name}=${encodeToken(flow, { secrets: [secret], salt: name, maxAge: 60 })}`
      const answer = await fetch(back, { headers: { cookie }, redirect: "manual" })
      expect(answer.headers.get("location")).to.include("/auth/error?error=")
      expect(answer.headers.getSetCookie().join()).to.not.include("session-token")
      expect(redeemed()).to.deep.equal([])
    })

  it("refuses an id_token with another nonce", async () => {
    const { url, agent, back } = await startWith(["nonce"])
    const [[name = ""] = []] = await flowsOf(agent, url)
    const flow = { provider: "plain", destination: `${url}/`, nonce: "another" }
    const cookie = `${name}=${encodeToken(flow, { secrets: [secret], salt: name, maxAge: 60 })}`
    const answer = await fetch(back, { headers: { cookie }, redirect: "manual" })
    expect(answer.headers.getSetCookie().join()).to.not.include("session-token")
  })
})

describe("a provider of OpenID Connect that does not advertise PKCE", () => {
  const { start, demo, keep } = useAuthApps()

  /** A server that ignores PKCE: neither the challenge nor the verifier reaches the real one. */
  function ignoringPkce(members: object = {}) {
    const ask: typeof fetch = async (input, init) => {
      if (init?.body instanceof URLSearchParams) init.body.delete("code_verifier")
      const answer = await fetch(input, init)
      if (!String(input).includes("/.well-known/")) return answer
      const { code_challenge_methods_supported: _, ...document } = (await answer.json()) as Metadata
      return Response.json({ ...document, ...members })
    }
    return demo({ [customFetch]: ask })
  }

  async function leave(agent: UserAgent, url: string) {
    const { searchParams } = new URL(redirectTarget(await startSignIn(agent, url)) ?? "")
    return Object.fromEntries(searchParams)
  }

  /** The way back of a request that reaches the provider without its challenge. */
  async function comeBack(agent: UserAgent, url: string) {
    const leaving = await startSignIn(agent, url)
    const target = new URL(redirectTarget(leaving) ?? "")
    target.searchParams.delete("code_challenge")
    target.searchParams.delete("code_challenge_method")
    leaving.headers.set("location", target.href)
    return new URL(await callbackOf(agent, leaving))
  }

  it("is sent a nonce besides the challenge", async () => {
    for (const members of [{}, { code_challenge_methods_supported: ["plain"] }]) {
      const { url } = await start({ providers: [ignoringPkce(members)] })
      const sent = await leave(new UserAgent(), url)
      expect(sent.nonce).to.match(/^[\w-]{43}$/)
      expect(sent).to.include.keys("code_challenge", "state")
    }
  })

  it("is sent no nonce if it advertises S256, or is configured without PKCE", async () => {
    const advertised = { code_challenge_methods_supported: ["plain", "S256"] }
    for (const provider of [ignoringPkce(advertised), { ...ignoringPkce(), checks: ["state"] }]) {
      const { url } = await start({ providers: [provider as never] })
      expect(await leave(new UserAgent(), url)).to.not.have.property("nonce")
    }
  })

  it("signs its users in", async () => {
    const { url } = await start({ providers: [ignoringPkce()] })
    const agent = new UserAgent()
    await agent.get((await comeBack(agent, url)).href)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
  })

  it("has the code of another flow refused", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await start({ adapter, providers: [ignoringPkce()] })
    const eve = new UserAgent()
    const stolen = await comeBack(new UserAgent(), url)
    const own = await comeBack(eve, url)
    own.searchParams.set("code", stolen.searchParams.get("code") ?? "")
    expect(redirectTarget(await eve.get(own.href))).to.include("/auth/error?error=")
    expect([await sessionOf(eve, url), adapter.rows.users.size]).to.deep.equal([null, 0])
  })

  it("has an id_token without the nonce refused", async () => {
    const server = await startOAuthServer()
    keep(server)
    server.answers.document = { code_challenge_methods_supported: undefined }
    server.answers.claims = { nonce: undefined }
    const { url } = await start({ providers: [server.openId] })
    const agent = new UserAgent()
    await agent.get(await wayBack(agent, url, { provider: "plain" }))
    expect(await sessionOf(agent, url)).to.equal(null)
  })
})
