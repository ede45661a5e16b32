import { expect } from "chai"
import { cookiesOf, csrfOf, sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

const ada = { name: "Ada Lovelace" }

/** The Cookie header a browser would send to our callback, flows only. */
async function flowsOf(agent: UserAgent, url: string): Promise<string[]> {
  const cookies = await cookiesOf(agent, `${url}/auth/callback/demo`)
  return Object.entries(cookies).flatMap(([name, value]) =>
    name.startsWith("authjs.state.") ? [`${name}=${value}`] : [],
  )
}

describe("flow cookies", () => {
  const { start, demo } = useAuthApps()

  it("let three tabs finish out of order, each at its own destination", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const tabs = []
    for (const path of ["/one", "/two", "/three"])
      tabs.push({ path, leaving: await startSignIn(agent, url, { callbackUrl: path }) })
    for (const index of [1, 2, 0]) {
      const tab = tabs[index]
      if (!tab) throw new Error("no such tab")
      const back = await signInAtProvider(agent, tab.leaving, ada)
      expect(redirectTarget(back)).to.equal(`${url}${tab.path}`)
    }
    expect(await flowsOf(agent, url)).to.deep.equal([])
  })

  it("number five at most; the oldest is dropped", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    await startSignIn(agent, url)
    const [oldest] = await flowsOf(agent, url)
    for (let n = 0; n < 4; n++) await startSignIn(agent, url)
    const five = await flowsOf(agent, url)
    expect(five).to.have.length(5).and.include(oldest)
    await startSignIn(agent, url)
    const kept = await flowsOf(agent, url)
    expect(kept).to.have.length(5).and.not.include(oldest)
    expect(kept).to.include.members(five.filter((flow) => flow !== oldest))
  })

  for (const length of [10, 300, 1500])
    it(`take less than 4 KB together, with destinations of ${length} characters`, async () => {
      const { url } = await start()
      const agent = new UserAgent()
      for (let n = 0; n < 6; n++) {
        const callbackUrl = `/${"d".repeat(length)}`
        const leaving = await startSignIn(agent, url, { callbackUrl })
        expect(leaving.setCookies.every((line) => line.length <= 4096)).to.equal(true)
        expect((await flowsOf(agent, url)).join("; ").length).to.be.within(1, 4096)
      }
      const last = await startSignIn(agent, url, { callbackUrl: `/${"e".repeat(length)}` })
      expect(redirectTarget(await signInAtProvider(agent, last, ada))).to.equal(
        `${url}/${"e".repeat(length)}`,
      )
    })

  it("drop a destination that fits no cookie, and continue the sign-in", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const leaving = await startSignIn(agent, url, { callbackUrl: `/?q=${"d".repeat(3500)}` })
    expect(await flowsOf(agent, url)).to.have.length(1)
    expect(redirectTarget(await signInAtProvider(agent, leaving, ada))).to.equal(`${url}/`)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
  })

  it("fit beside the largest session that is written, and so does the session after it", async () => {
    let size = 0
    const { url } = await start({ callbacks: { jwt: ({ token }) => ({ ...token, bag: "x".repeat(size) }) } })
    const ofBrowserAndProxy = { "x-other-headers": "x".repeat(900) }
    const agent = new UserAgent({ headers: ofBrowserAndProxy })
    await signIn(agent, url)
    for (let step = 8192; step >= 16; step /= 2) {
      size += step
      if ((await agent.get(`${url}/auth/session`)).status !== 200) size -= step
    }
    expect((await agent.get(`${url}/auth/session`)).status).to.equal(200)
    const csrfToken = await csrfOf(agent, url)
    const leaving = []
    for (let tab = 0; tab < 6; tab++)
      leaving.push(
        await agent.post(`${url}/auth/signin/demo`, { csrfToken, callbackUrl: `/${"d".repeat(400)}` }),
      )
    const cookies = await agent.cookies.getCookieString(`${url}/auth/callback/demo`)
    expect(cookies.length, "the session and at least three flows").to.be.above(12_000)
    expect((await agent.get(`${url}/auth/session`)).status).to.equal(200)
    const last = leaving.at(-1)
    if (!last) throw new Error("six flows were started")
    const back = await signInAtProvider(agent, last, ada)
    expect(redirectTarget(back)).to.equal(`${url}/${"d".repeat(400)}`)
    expect((await agent.get(`${url}/auth/session`)).status).to.equal(200)
  })

  it("go after a sign-in, and after one that failed", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    await signIn(agent, url)
    expect(await flowsOf(agent, url)).to.deep.equal([])
    const other = new UserAgent()
    await signInAtProvider(other, await startSignIn(other, url), { cancel: true })
    expect(await flowsOf(other, url)).to.deep.equal([])
  })

  it("are sent to the base path only, hidden from scripts, for a quarter of an hour", async () => {
    const { url } = await start()
    const { setCookies } = await startSignIn(new UserAgent(), url)
    const [flow, ...others] = setCookies.filter((line) => line.startsWith("authjs.state."))
    expect(others).to.deep.equal([])
    expect(flow).to.match(/; Max-Age=900; Path=\/auth; HttpOnly; SameSite=Lax$/)
  })

  it("replace the cookies of core, of which the browser gets none", async () => {
    const { url } = await start({ providers: [demo({ checks: ["pkce", "nonce", "state"] })] })
    const { setCookies } = await startSignIn(new UserAgent(), url)
    const names = setCookies.map((line) => line.split("=")[0])
    expect(names.filter((name) => !name?.startsWith("authjs.state."))).to.deep.equal([])
  })

  it("are Secure under HTTPS, with the prefix", async () => {
    const { url } = await start({ url: "https://example.com" })
    const agent = new UserAgent()
    const { setCookies } = await agent.post(`${url}/auth/signin/demo`, {}, {})
    expect(setCookies).to.deep.equal([])
    const page = await agent.get(`${url}/auth/signin`)
    const cookie = page.setCookies.map((line) => line.split(";")[0]).join("; ")
    const token = /name="csrfToken" value="(\w+)"/.exec(page.body)?.[1] ?? ""
    const headers = { cookie, origin: "https://example.com" }
    const leaving = await agent.post(`${url}/auth/signin/demo`, { csrfToken: token }, headers)
    expect(leaving.setCookies.join()).to.match(
      /^__Secure-authjs\.state\.[\w-]{16}=.*; Path=\/auth; HttpOnly; Secure/,
    )
  })
})
