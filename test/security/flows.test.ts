import { expect } from "chai"
import { type LockStore, memoryLocks } from "express-authjs"
import { encodeToken } from "../../lib/session/codec/token-codec.js"
import { csrfOf, secret, sessionOf, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { startOAuthServer } from "../support/oauth-server.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import { callbackOf, flowsOf, wayBack } from "../support/way-back.js"

const expired = (url: string) => `${url}/auth/error?error=Expired`

describe("S4: flows that do not belong together", () => {
  const { start, demo, keep } = useAuthApps()

  async function startTwo() {
    const adapter = createMemoryAdapter()
    const app = await start({ adapter, providers: [demo(), demo({ id: "other", name: "Other" })] })
    const expectNothing = async (agent: UserAgent) => {
      expect(await sessionOf(agent, app.url)).to.equal(null)
      expect([adapter.rows.sessions.size, adapter.rows.users.size]).to.deep.equal([0, 0])
    }
    return { ...app, adapter, expectNothing }
  }

  it("start at one provider, finish at another", async () => {
    const { url, expectNothing } = await startTwo()
    const agent = new UserAgent()
    const back = await wayBack(agent, url)
    const answer = await agent.get(back.replace("/callback/demo", "/callback/other"))
    expect(redirectTarget(answer)).to.equal(expired(url))
    await expectNothing(agent)
  })

  it("the cookies of two flows swapped", async () => {
    const { url, expectNothing } = await startTwo()
    const agent = new UserAgent()
    const first = await wayBack(agent, url)
    await startSignIn(agent, url)
    const [one, two] = await flowsOf(agent, url)
    if (!one || !two) throw new Error("two flows were started")
    const cookie = `${one[0]}=${two[1]}; ${two[0]}=${one[1]}`
    const answer = await fetch(first, { headers: { cookie }, redirect: "manual" })
    expect(answer.headers.get("location")).to.equal(expired(url))
    expect(answer.headers.getSetCookie().join()).to.not.include("session-token")
    await expectNothing(agent)
  })

  it("the answer of one flow in another: its code with the other's state", async () => {
    const { url, expectNothing } = await startTwo()
    const agent = new UserAgent()
    const eve = new UserAgent()
    const stolen = new URL(await wayBack(eve, url))
    const own = new URL(await wayBack(agent, url))
    own.searchParams.set("code", stolen.searchParams.get("code") ?? "")
    expect(redirectTarget(await agent.get(own.href))).to.include("/auth/error?error=")
    expect(await flowsOf(agent, url)).to.deep.equal([])
    await expectNothing(agent)
  })

  it("login CSRF: another browser's callback opened in this browser", async () => {
    const { url, expectNothing } = await startTwo()
    const agent = new UserAgent()
    await startSignIn(agent, url)
    const planted = await wayBack(new UserAgent(), url)
    expect(redirectTarget(await agent.get(planted))).to.equal(expired(url))
    await expectNothing(agent)
  })

  it("a callback replayed, flow cookie and all", async () => {
    const { url, adapter } = await startTwo()
    const agent = new UserAgent()
    const back = await wayBack(agent, url)
    const cookie = await agent.cookies.getCookieString(back)
    expect(redirectTarget(await agent.get(back))).to.equal(`${url}/`)
    const replayed = await fetch(back, { headers: { cookie }, redirect: "manual" })
    expect(replayed.headers.get("location")).to.include("/auth/error?error=")
    expect(replayed.headers.getSetCookie().join()).to.not.include("session-token")
    expect(adapter.rows.sessions.size).to.be.at.most(1)
  })

  it("a flow older than its cookie may be", async () => {
    const { url, expectNothing } = await startTwo()
    const agent = new UserAgent()
    const back = await wayBack(agent, url)
    const [[name = ""] = []] = await flowsOf(agent, url)
    const content = { provider: "demo", destination: `${url}/`, verifier: "v" }
    const cookie = `${name}=${encodeToken(content, { secrets: [secret], salt: name, maxAge: -60 })}`
    const answer = await fetch(back, { headers: { cookie }, redirect: "manual" })
    expect(answer.headers.get("location")).to.equal(expired(url))
    await expectNothing(agent)
  })

  it("checks: [none] is the app's own wish, and warned of", async () => {
    const server = await startOAuthServer()
    keep(server)
    const provider = { ...server.provider, checks: ["none"] as const }
    const { url, logs } = await start({ providers: [provider as never] })
    const agent = new UserAgent()
    await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
    expect(logs.map(({ text }) => text)).to.include("checks-none")
  })
})

describe("S39: a callback with a parameter that is repeated", () => {
  const { start } = useAuthApps()

  for (const name of ["code", "state", "iss"])
    for (const [what, values] of [
      ["twice the same", (own: string) => [own, own]],
      ["another one after it", (own: string) => [own, "x"]],
      ["another one before it", (own: string) => ["x", own]],
    ] as const)
      it(`is refused, in the address and posted: ${name}, ${what}`, async () => {
        const { url } = await start()
        const agent = new UserAgent()
        const back = new URL(await wayBack(agent, url))
        const own = back.searchParams.get(name) ?? "y"
        back.searchParams.delete(name)
        for (const value of values(own)) back.searchParams.append(name, value)
        const posted = await agent.post(back.origin + back.pathname, back.searchParams)
        expect(redirectTarget(posted)).to.include("/auth/error?error=Expired")
        expect(redirectTarget(await agent.get(back.href))).to.include("/auth/error?error=Expired")
        expect(await sessionOf(agent, url)).to.equal(null)
      })

  it("leaves the flow to the provider's own answer", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const back = await wayBack(agent, url)
    await agent.get(`${back}&state=x`)
    await agent.get(back)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
  })
})

describe("S6: a callback with something missing", () => {
  const { start } = useAuthApps()

  for (const [what, change] of [
    ["no state", (back: URL) => back.searchParams.delete("state")],
    ["an empty state", (back: URL) => back.searchParams.set("state", "")],
    ["another state", (back: URL) => back.searchParams.set("state", "x")],
    ["the provider's name for a state", (back: URL) => back.searchParams.set("state", "demo")],
    ["no code", (back: URL) => back.searchParams.delete("code")],
    ["another code", (back: URL) => back.searchParams.set("code", "x")],
    ["an empty code", (back: URL) => back.searchParams.set("code", "")],
    ["another issuer", (back: URL) => back.searchParams.set("iss", "https://evil.example")],
    ["nothing", (back: URL) => Object.assign(back, { search: "" })],
    [
      "a token in place of the code",
      (back: URL) => Object.assign(back, { search: back.search.replace("code=", "access_token=") }),
    ],
  ] as const)
    it(`makes no session and no row: ${what}`, async () => {
      const adapter = createMemoryAdapter()
      const { url } = await start({ adapter })
      const agent = new UserAgent()
      const back = new URL(await wayBack(agent, url))
      change(back)
      const answer = await agent.get(back.href)
      expect(redirectTarget(answer)).to.match(/\/auth\/(?:error|signin)\?error=/)
      expect(await sessionOf(agent, url)).to.equal(null)
      const { users, accounts, sessions } = adapter.rows
      expect([users.size, accounts.size, sessions.size]).to.deep.equal([0, 0, 0])
    })

  it("makes no session and no row: no cookie", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await start({ adapter })
    const answer = await fetch(await wayBack(new UserAgent(), url), { redirect: "manual" })
    expect(answer.headers.get("location")).to.equal(expired(url))
    expect(adapter.rows.sessions.size).to.equal(0)
  })

  it("makes no session and no row: a flow of ours without its verifier or nonce", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await start({ adapter })
    const agent = new UserAgent()
    const back = await wayBack(agent, url)
    const [[name = ""] = []] = await flowsOf(agent, url)
    for (const content of [{}, { verifier: "" }, { verifier: 7 }, { verifier: "wrong".repeat(10) }]) {
      const flow = { provider: "demo", destination: `${url}/`, ...content }
      const cookie = `${name}=${encodeToken(flow, { secrets: [secret], salt: name, maxAge: 60 })}`
      const answer = await fetch(back, { headers: { cookie }, redirect: "manual" })
      expect(answer.headers.get("location")).to.include("/auth/error?error=")
      expect(answer.headers.getSetCookie().join()).to.not.include("session-token=e")
    }
    expect(adapter.rows.sessions.size).to.equal(0)
  })
})

describe("S35: one response of a provider that takes a code twice, sent to two processes at once", () => {
  const { start, keep } = useAuthApps()

  /** Two apps that share users and a lock store, and a browser on its way back to the first. */
  async function meet(locks: LockStore = memoryLocks()) {
    const server = await startOAuthServer()
    keep(server)
    const adapter = createMemoryAdapter()
    const startOne = () =>
      start({ adapter, locks, session: { strategy: "database" }, providers: [server.provider] })
    const [here, there] = [await startOne(), await startOne()]
    const backOf = async (agent: UserAgent, leave?: () => Promise<Visit>) => {
      const back = leave
        ? await callbackOf(agent, await leave())
        : await wayBack(agent, here.url, { provider: "plain" })
      const cookie = await agent.cookies.getCookieString(back)
      return (app: { url: string }) =>
        fetch(back.replace(here.url, app.url), { headers: { cookie }, redirect: "manual" })
    }
    return { adapter, here, there, backOf, server }
  }

  const isSignedIn = (response: Response) => response.headers.getSetCookie().join().includes("session-token=")

  it("signs in once", async () => {
    const { adapter, here, there, backOf } = await meet()
    const send = await backOf(new UserAgent())
    const responses = await Promise.all([here, there, here, there].map(send))
    expect(responses.filter(isSignedIn)).to.have.length(1)
    expect(adapter.rows.sessions.size).to.equal(1)
    expect(isSignedIn(await send(there))).to.equal(false)
    expect(adapter.rows.sessions.size).to.equal(1)
  })

  it("links once", async () => {
    const { adapter, here, there, backOf, server } = await meet()
    const agent = new UserAgent()
    await agent.get(await wayBack(agent, here.url, { provider: "plain" }))
    server.answers.userinfo = { id: "second", name: "Ada" }
    const fields = { csrfToken: await csrfOf(agent, here.url), callbackUrl: "/account" }
    const send = await backOf(agent, () => agent.post(`${here.url}/auth/link/plain`, fields))
    const responses = await Promise.all([here, there].map(send))
    expect(server.asked.filter(({ endpoint }) => endpoint === "token")).to.have.length(2)
    const paths = responses.map((one) => new URL(one.headers.get("location") ?? "").pathname)
    expect(paths.sort()).to.deep.equal(["/", "/account"])
    expect([...adapter.rows.accounts.keys()]).to.deep.equal(["plain:4711", "plain:second"])
  })

  it("stays unused while the store of used flows fails, so that reloading continues", async () => {
    const working = memoryLocks()
    let isDown = true
    const acquire: LockStore["acquire"] = (key, ttl) => {
      if (isDown) throw new Error("The store is down")
      return working.acquire(key, ttl)
    }
    const { here, backOf } = await meet({ ...working, acquire })
    const send = await backOf(new UserAgent())
    const refused = await send(here)
    expect(refused.headers.get("location")).to.include("error=Unavailable")
    expect(refused.headers.getSetCookie()).to.deep.equal([])
    isDown = false
    expect(isSignedIn(await send(here))).to.equal(true)
  })
})
