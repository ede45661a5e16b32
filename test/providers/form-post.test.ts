import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { cookiesOf, sessionOf, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

const ada = { name: "Ada Lovelace" }
const posting = { params: { response_mode: "form_post" } }

type Checks = ("pkce" | "state" | "nonce")[]

describe("a provider that posts its answer", () => {
  const { start, demo } = useAuthApps()

  function startPosting(config: Partial<ExpressAuthConfig> = {}, checks: Checks = ["pkce"]) {
    const provider = demo({ authorization: posting as never, checks: checks as never })
    return start({ providers: [provider], ...config })
  }

  for (const checks of [["pkce"], ["nonce", "state"], ["pkce", "state", "nonce"]] as Checks[])
    for (const strategy of ["jwt", "database"] as const)
      it(`signs in with ${checks.join(", ")} and ${strategy} sessions`, async () => {
        const adapter = createMemoryAdapter()
        const { url, logs } = await startPosting({ adapter, session: { strategy } }, checks)
        const agent = new UserAgent()
        const leaving = await startSignIn(agent, url, { callbackUrl: "/dashboard" })
        expect(new URL(redirectTarget(leaving) ?? "").searchParams.get("response_mode")).to.equal("form_post")
        const posted = await signInAtProvider(agent, leaving, ada)
        expect([posted.method, posted.site, posted.status]).to.deep.equal(["POST", "cross-site", 303])
        const done = await agent.follow(posted)
        expect(redirectTarget(done)).to.equal(`${url}/dashboard`)
        expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
        expect(logs).to.deep.equal([])
      })

  it("gets by without SameSite=None", async () => {
    const { url } = await startPosting()
    const leaving = await startSignIn(new UserAgent(), url)
    expect(leaving.setCookies.join("\n"))
      .to.match(/SameSite=Lax/i)
      .and.to.not.match(/SameSite=None/i)
  })

  it("leaves no cookie of the flow behind", async () => {
    const { url } = await startPosting()
    const agent = new UserAgent()
    await agent.followAll(await signInAtProvider(agent, await startSignIn(agent, url), ada))
    const names = Object.keys(await cookiesOf(agent, `${url}/auth/callback/demo`))
    expect(names.filter((name) => name.includes("state"))).to.deep.equal([])
  })

  it("finishes three tabs in any order, each where it was going", async () => {
    const { url } = await startPosting()
    const agent = new UserAgent()
    const leaving = []
    for (const tab of ["/one", "/two", "/three"])
      leaving.push(await startSignIn(agent, url, { callbackUrl: tab }))
    const ends = []
    for (const one of leaving.reverse())
      ends.push(redirectTarget(await agent.follow(await signInAtProvider(agent, one, ada))))
    expect(ends).to.deep.equal([`${url}/three`, `${url}/two`, `${url}/one`])
  })

  it("redirects to the sign-in page when the user cancels", async () => {
    const { url } = await startPosting()
    const agent = new UserAgent()
    const posted = await signInAtProvider(agent, await startSignIn(agent, url), { cancel: true })
    expect(posted.method).to.equal("POST")
    expect((await agent.followAll(posted)).url).to.include("error=OAuthCallbackError")
  })

  it("starts no session in a browser that did not start the sign-in", async () => {
    const { url } = await startPosting()
    const victim = new UserAgent()
    const attacker = new UserAgent()
    const posted = await signInAtProvider(attacker, await startSignIn(attacker, url), ada)
    const stolen = redirectTarget(posted) ?? ""
    const page = await victim.followAll(await victim.get(stolen))
    expect(page.status).to.equal(400)
    expect(await sessionOf(victim, url)).to.equal(null)
  })

  it("is not asked to go over a redirect proxy, which cannot forward a post", async () => {
    const { url } = await startPosting({ redirectProxyUrl: "https://stable.example/auth" })
    const leaving = await startSignIn(new UserAgent(), url)
    const { searchParams } = new URL(redirectTarget(leaving) ?? "")
    expect(searchParams.get("redirect_uri")).to.equal(`${url}/auth/callback/demo`)
  })
})
