import { expect } from "chai"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { csrfOf, sessionOf } from "../support/auth-apps.js"
import { startOpenIdProvider } from "../support/openid-provider.js"
import { startSamlIdp } from "../support/saml-idp.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import {
  copyCookies,
  type PassportApp,
  type PassportAppOptions,
  signIn,
  startSignIn,
  takeWay,
  usePassportApps,
  type WayBack,
  wayBack,
} from "./apps.js"
import { createOAuth2, createSaml, type StrategyCase } from "./strategies.js"

/** What an app may have written into its options: the same for every visitor, and no secret. */
const constant = "app-state"

interface ConstantCase extends StrategyCase {
  name: "state" | "RelayState"
  provider?: PassportAppOptions["provider"]
}

const cases: Record<string, ConstantCase> = {
  "passport-oauth2 with options: { state }": {
    ...{ id: "it", name: "state", provider: { options: { state: constant } } },
    start: async () => {
      const idp = await startOpenIdProvider({ clientAuth: "client_secret_post" })
      return { create: createOAuth2(idp, {}), close: idp.close }
    },
  },
  "passport-saml with additionalParams: { RelayState }": {
    ...{ id: "it", name: "RelayState" },
    start: async () => {
      const { entryPoint, certificate: idpCert, close } = await startSamlIdp()
      const additionalParams = { RelayState: constant }
      const create = (callbackUrl = "") => createSaml({ entryPoint, idpCert, callbackUrl, additionalParams })
      return { create, close }
    },
  },
}

for (const [title, constantCase] of Object.entries(cases))
  describe(`S28: a constant ${constantCase.name}: ${title}`, () => {
    const { start } = usePassportApps()

    async function startOne() {
      const adapter = createExtendedAdapter()
      const { provider = {} } = constantCase
      const app = await start(constantCase, {
        ...{ strategy: "database", others: ["other"], config: { adapter }, provider },
      })
      return { ...app, accountIds: () => [...adapter.rows.accounts.values()].map(idOf) }
    }

    const goThere = async (agent: UserAgent, { url }: PassportApp, person: string, id = "it") =>
      wayBack(agent, await startSignIn(agent, url, { id }), person)

    /** The attacker's answer, under every value that the victim's flow could be known by. */
    async function expectRefused(victim: UserAgent, way: WayBack): Promise<void> {
      for (const change of [as(constant), as(""), as("it"), (text: string) => text]) {
        const answer = await takeWay(victim, way, change)
        expect(answer.status).to.be.below(400)
        expect(redirectTarget(answer)).to.not.include("/after")
      }
    }

    const as = (value: string) => (text: string) =>
      text
        .replace(/([?&](?:state|RelayState)=)[^&]*/, `$1${value}`)
        .replace(/(name="RelayState" value=")[^"]*/, `$1${value}`)

    it("signs in the visitor who started the flow, and redirects to their destination", async () => {
      const app = await startOne()
      const agent = new UserAgent()
      const answer = await signIn(agent, app.url, { id: "it", callbackUrl: "/after" })
      expect(redirectTarget(answer), JSON.stringify(app.logs)).to.equal(`${app.url}/after`)
      expect((await sessionOf(agent, app.url))?.user.name).to.equal("Ada Lovelace")
    })

    it("signs no visitor in with the response to the attacker's own sign-in", async () => {
      const app = await startOne()
      const victim = new UserAgent()
      await startSignIn(victim, app.url, { id: "it", callbackUrl: "/after" })
      const planted = await goThere(new UserAgent(), app, "Eve")
      await expectRefused(victim, planted)
      expect(await sessionOf(victim, app.url)).to.equal(null)
    })

    it("links nothing of the attacker's while a link is pending", async () => {
      const app = await startOne()
      const victim = new UserAgent()
      await signIn(victim, app.url, { id: "it" })
      const { user } = (await sessionOf(victim, app.url)) ?? {}
      const csrfToken = await csrfOf(victim, app.url)
      const link = { csrfToken, callbackUrl: "/after" }
      const leaving = await victim.post(`${app.url}/auth/link/other`, link)
      expect(leaving.body + leaving.headers.get("location")).to.include(constantCase.name)
      const planted = await goThere(new UserAgent(), app, "Eve", "other")
      await expectRefused(victim, planted)
      const session = await sessionOf(victim, app.url)
      expect(session?.user.id).to.equal(user?.id)
      expect(app.accountIds()).to.deep.equal(["it ada"])
    })

    it("takes each answer once, and from the browser that asked", async () => {
      const app = await startOne()
      const agent = new UserAgent()
      const way = await goThere(agent, app, "Ada Lovelace")
      const thief = new UserAgent()
      await copyCookies(agent, thief, app.url)
      const stranger = new UserAgent()
      expect(redirectTarget(await takeWay(stranger, way))).to.include("error=Expired")
      expect(redirectTarget(await takeWay(agent, way))).to.equal(`${app.url}/`)
      expect(redirectTarget(await takeWay(thief, way))).to.include("error=Expired")
      for (const one of [stranger, thief]) expect(await sessionOf(one, app.url)).to.equal(null)
    })

    it("links nothing once another user is signed in", async () => {
      const app = await startOne()
      const agent = new UserAgent()
      await signIn(agent, app.url, { id: "it" })
      const csrfToken = await csrfOf(agent, app.url)
      const leaving = await agent.post(`${app.url}/auth/link/other`, { csrfToken })
      const way = await wayBack(agent, leaving, "Grace Hopper")
      const eve = new UserAgent()
      await signIn(eve, app.url, { id: "it", name: "Eve" })
      await copyCookies(eve, agent, app.url)
      const { user } = (await sessionOf(agent, app.url)) ?? {}
      expect(user?.name).to.equal("Eve")
      expect(redirectTarget(await takeWay(agent, way))).to.include("/auth/error?error=LinkRefused")
      expect((await sessionOf(agent, app.url))?.user.id).to.equal(user?.id)
      expect(app.accountIds()).to.have.lengthOf(2)
    })
  })

const idOf = ({ provider, providerAccountId }: { provider: string; providerAccountId: string }) =>
  `${provider} ${providerAccountId}`
