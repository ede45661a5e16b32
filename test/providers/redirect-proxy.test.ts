import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { cookiesOf, sessionOf, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { type Listening, listen } from "../support/listen.js"
import { recordingLogger } from "../support/recording-logger.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import { withEnvironment } from "../support/with-environment.js"

const ada = { name: "Ada Lovelace" }
const secret = "one secret of both, of at least thirty-two characters"

type Config = Pick<ExpressAuthConfig, "secret">
type Way = "the environment" | "the config" | "the provider"

describe("a redirect proxy", () => {
  const { demo, keep, idp } = useAuthApps()
  const { logger, errors } = recordingLogger()
  let stable: Listening
  let preview: Listening
  let proxy: string

  afterEach(() => void errors.splice(0))

  /** A stable deployment and a preview of it, of which the provider knows the stable one only. */
  async function deploy(
    way: Way,
    own: { stable?: Config; preview?: Config; host?: string } = {},
  ): Promise<void> {
    const apps = [express(), express()] as const
    stable = await listen(apps[0], own.host ?? "127.0.0.1")
    preview = await listen(apps[1])
    keep(stable)
    keep(preview)
    proxy = `${stable.url}/auth`
    const provider = demo(way === "the provider" ? { redirectProxyUrl: proxy } : {})
    const shared = { secret, logger: { ...logger }, providers: [provider] }
    const config: ExpressAuthConfig = way === "the config" ? { ...shared, redirectProxyUrl: proxy } : shared
    const variables = way === "the environment" ? { AUTH_REDIRECT_PROXY_URL: proxy } : {}
    withEnvironment(variables, () => {
      apps[0].use("/auth", ExpressAuth({ ...config, ...own.stable }))
      apps[1].use("/auth", ExpressAuth({ ...config, ...own.preview }))
    })
  }

  const redirectUriOf = (leaving: Visit) =>
    new URL(redirectTarget(leaving) ?? "").searchParams.get("redirect_uri")

  for (const way of ["the environment", "the config", "the provider"] as const)
    it(`named by ${way}, brings a preview's visitor back to the preview`, async () => {
      await deploy(way)
      const agent = new UserAgent()
      const leaving = await startSignIn(agent, preview.url, { callbackUrl: "/dashboard" })
      expect(redirectUriOf(leaving)).to.equal(`${proxy}/callback/demo`)
      const forwarded = await signInAtProvider(agent, leaving, ada)
      expect(forwarded.url).to.match(new RegExp(`^${proxy}/callback/demo\\?`))
      expect(forwarded.setCookies).to.deep.equal([])
      const target = redirectTarget(forwarded) ?? ""
      expect(target).to.match(new RegExp(`^${preview.url}/auth/callback/demo\\?`))
      const done = await agent.follow(forwarded)
      expect(redirectTarget(done)).to.equal(`${preview.url}/dashboard`)
      expect((await sessionOf(agent, preview.url))?.user.name).to.equal("Ada Lovelace")
      expect(errors).to.deep.equal([])
    })

  it("does so where both are on one host, whose cookies both are sent", async () => {
    await deploy("the config", { host: "localhost" })
    const agent = new UserAgent()
    const leaving = await startSignIn(agent, preview.url, { callbackUrl: "/dashboard" })
    const forwarded = await signInAtProvider(agent, leaving, ada)
    expect(forwarded.url).to.match(new RegExp(`^${stable.url}/`))
    expect(redirectTarget(await agent.follow(forwarded))).to.equal(`${preview.url}/dashboard`)
  })

  it("redeems the code once, at the preview, with the address the provider knows", async () => {
    await deploy("the config")
    const agent = new UserAgent()
    const before = idp().requests.filter(({ path }) => path === "/token").length
    await agent.followAll(await signInAtProvider(agent, await startSignIn(agent, preview.url), ada))
    expect(idp().requests.filter(({ path }) => path === "/token")).to.have.length(before + 1)
  })

  it("signs its own visitors in as ever", async () => {
    await deploy("the config")
    const agent = new UserAgent()
    const leaving = await startSignIn(agent, stable.url, { callbackUrl: "/dashboard" })
    expect(redirectUriOf(leaving)).to.equal(`${stable.url}/auth/callback/demo`)
    const back = await signInAtProvider(agent, leaving, ada)
    expect(redirectTarget(back)).to.equal(`${stable.url}/dashboard`)
    expect((await sessionOf(agent, stable.url))?.user.name).to.equal("Ada Lovelace")
  })

  it("leaves no flow cookie at the preview", async () => {
    await deploy("the config")
    const agent = new UserAgent()
    await agent.followAll(await signInAtProvider(agent, await startSignIn(agent, preview.url), ada))
    const names = Object.keys(await cookiesOf(agent, `${preview.url}/auth/callback/demo`))
    expect(names.filter((name) => name.startsWith("authjs.state"))).to.deep.equal([])
  })

  it("redirects back after a cancelled sign-in as well", async () => {
    await deploy("the config")
    const agent = new UserAgent()
    const leaving = await startSignIn(agent, preview.url)
    const page = await agent.followAll(await signInAtProvider(agent, leaving, { cancel: true }))
    expect(page.url).to.match(new RegExp(`^${preview.url}/auth/signin\\?error=OAuthCallbackError`))
  })

  it("forwards nowhere on a state that another secret sealed", async () => {
    await deploy("the config", { stable: { secret: "some other secret of thirty-two characters" } })
    const agent = new UserAgent()
    const refused = await signInAtProvider(agent, await startSignIn(agent, preview.url), ada)
    const page = await agent.followAll(refused)
    expect([new URL(page.url).origin, page.status]).to.deep.equal([stable.url, 400])
  })

  for (const state of ["made-up", "a.b.c.d.e", ""])
    it(`forwards nowhere on the state "${state}"`, async () => {
      await deploy("the config")
      const agent = new UserAgent()
      const page = await agent.followAll(await agent.get(`${proxy}/callback/demo?code=x&state=${state}`))
      expect([new URL(page.url).origin, page.status]).to.deep.equal([stable.url, 400])
    })

  it("S5: the preview takes nothing from a browser that did not start there", async () => {
    await deploy("the config")
    const attacker = new UserAgent()
    const forwarded = await signInAtProvider(attacker, await startSignIn(attacker, preview.url), ada)
    const victim = new UserAgent()
    const page = await victim.followAll(await victim.get(redirectTarget(forwarded) ?? ""))
    expect(page.status).to.equal(400)
    expect(await sessionOf(victim, preview.url)).to.equal(null)
  })
})
