import { expect } from "chai"
import { sessionOf } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { type OAuth1Server, startOAuth1Server } from "../support/oauth1-server.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import { rowsOf, signIn, startSignIn, usePassportApps, wayBack } from "./apps.js"
import { createOAuth1, type StrategyCase } from "./strategies.js"

const nothing = { users: 0, accounts: 0, sessions: 0 }

describe("OAuth 1.0a through passport-oauth1 as a provider", () => {
  const { start, keep } = usePassportApps()

  async function startOAuth1(client: Partial<OAuth1Server["client"]> = {}) {
    const server = await startOAuth1Server()
    keep(server)
    const changed = { ...server, client: { ...server.client, ...client } }
    const create = createOAuth1(changed)
    const strategyCase: StrategyCase = {
      id: "oauth1",
      start: async () => ({ create, close: async () => {} }),
    }
    const app = await start(strategyCase, { strategy: "database" })
    const expectNothing = async (agent: UserAgent) => {
      expect(await sessionOf(agent, app.url)).to.equal(null)
      expect(rowsOf(app)).to.deep.equal(nothing)
    }
    return { ...app, server, expectNothing }
  }

  const leave = (agent: UserAgent, url: string) => startSignIn(agent, url, { id: "oauth1" })

  async function goThere(agent: UserAgent, url: string): Promise<URL> {
    const way = await wayBack(agent, await leave(agent, url))
    if (!("url" in way)) throw new Error("OAuth comes back by redirect")
    return new URL(way.url)
  }

  it("signs every request, and no request counts twice", async () => {
    const { url, server } = await startOAuth1()
    const agent = new UserAgent()
    await signIn(agent, url, { id: "oauth1" })
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
    const asked = server.asked.map(({ url, problem }) => [new URL(url).pathname, problem])
    expect(asked).to.deep.equal([
      ["/request-token", undefined],
      ["/access-token", undefined],
      ["/profile", undefined],
    ])
    for (const { method, url, authorization } of [...server.asked]) {
      const again = await fetch(url, { method, headers: { authorization } })
      expect(again.status, url).to.equal(401)
    }
    expect(server.asked.slice(3).map(({ problem }) => problem)).to.deep.equal([
      "nonce_used",
      "token_rejected",
      "nonce_used",
    ])
  })

  it("shows the error page and logs an error when the provider rejects our secret", async () => {
    const { url, server, logs, expectNothing } = await startOAuth1({ consumerSecret: "mistyped" })
    const agent = new UserAgent()
    const page = await agent.followAll(await leave(agent, url))
    expectFault(page)
    expect(server.asked.map(({ problem }) => problem)).to.deep.equal(["signature_invalid"])
    expect(logs.filter(({ level }) => level === "error")).to.have.length(1)
    expect(textOf(page.body)).to.not.include("signature_invalid")
    await expectNothing(agent)
  })

  it("survives a provider that has gone, before and after the user went there", async () => {
    const { url, server, expectNothing } = await startOAuth1()
    const agent = new UserAgent()
    const back = await goThere(agent, url)
    await server.close()
    expectFault(await agent.followAll(await agent.get(back.href)))
    expectFault(await agent.followAll(await leave(agent, url)))
    await expectNothing(agent)
  })

  for (const [what, change] of Object.entries<(back: URL) => void>({
    "another verifier": (back) => back.searchParams.set("oauth_verifier", "guessed"),
    "no verifier": (back) => back.searchParams.delete("oauth_verifier"),
    "another token": (back) => back.searchParams.set("oauth_token", "guessed"),
    "no token": (back) => back.searchParams.delete("oauth_token"),
    "a token that is an object": (back) => {
      back.searchParams.set("oauth_token[toString]", "x")
      back.searchParams.delete("oauth_token")
    },
  }))
    it(`makes no session and no row of a callback with ${what}`, async () => {
      const { url, expectNothing } = await startOAuth1()
      const agent = new UserAgent()
      const back = await goThere(agent, url)
      change(back)
      const page = await agent.followAll(await agent.get(back.href))
      expect(page.url).to.match(/\/auth\/(?:error|signin)\?error=|\/authorize\?/)
      await expectNothing(agent)
    })

  it("S39: refuses a name that comes twice, so that no strategy meets a list", async () => {
    const { url, expectNothing } = await startOAuth1()
    for (const name of ["oauth_token", "oauth_verifier"]) {
      const agent = new UserAgent()
      const back = await goThere(agent, url)
      back.searchParams.append(name, "guessed")
      expect(redirectTarget(await agent.get(back.href))).to.include("error=Expired")
      await expectNothing(agent)
    }
  })

  it("refuses the token of another user's sign-in, even with a valid verifier", async () => {
    const { url, expectNothing } = await startOAuth1()
    const [agent, eve] = [new UserAgent(), new UserAgent()]
    const own = await goThere(agent, url)
    const eves = await goThere(eve, url)
    own.searchParams.set("oauth_verifier", eves.searchParams.get("oauth_verifier") ?? "")
    const page = await agent.followAll(await agent.get(own.href))
    expect(page.url).to.match(/\/auth\/(?:error|signin)\?error=/)
    await expectNothing(agent)
  })

  it("redirects back when the user cancels, with a message and a way on", async () => {
    const { url, logs, expectNothing } = await startOAuth1()
    const agent = new UserAgent()
    const page = await agent.followAll(
      await signInAtProvider(agent, await leave(agent, url), { cancel: true }),
    )
    expect(page.url).to.match(/\/auth\/signin\?.*error=/)
    expect(logs).to.deep.equal([{ level: "warn", text: "OAuthCallbackError" }])
    await expectNothing(agent)
    await signIn(agent, url, { id: "oauth1" })
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
  })

  it("keeps tokens and secrets out of the log (S11)", async () => {
    const { url, server, logs } = await startOAuth1()
    const agent = new UserAgent()
    const back = await goThere(agent, url)
    await agent.get(back.href)
    const own = [back.searchParams.get("oauth_verifier"), server.client.consumerSecret]
    const signatures = server.asked.map(
      ({ authorization }) => /oauth_signature="([^"]+)/.exec(authorization)?.[1],
    )
    const text = JSON.stringify(logs)
    for (const value of [...own, ...signatures]) expect(text).to.not.include(String(value))
  })

  it("comes back to our callback though the strategy was built without one", async () => {
    const server = await startOAuth1Server()
    const create = () => createOAuth1(server)()
    const { url } = await start({ id: "oauth1", start: async () => ({ create, close: server.close }) })
    const agent = new UserAgent()
    expect(redirectTarget(await signIn(agent, url, { id: "oauth1" }))).to.equal(`${url}/`)
  })
})

function expectFault(page: Visit): void {
  expect(page.url).to.match(/\/auth\/error\?error=/)
  expect(page.status).to.be.within(500, 503)
}
