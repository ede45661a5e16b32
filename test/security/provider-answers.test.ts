import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import Facebook from "express-authjs/providers/facebook"
import GitHub from "express-authjs/providers/github"
import MicrosoftEntraID from "express-authjs/providers/microsoft-entra-id"
import { type OAuthDefinition, resolveDefinition } from "../../lib/config/resolve-providers.js"
import { boundProfile } from "../../lib/providers/bounded-requests.js"
import { createProviderFetch } from "../../lib/providers/provider-fetch.js"
import { sessionOf, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { type Harm, type HostileService, startHostileService } from "../support/hostile-service.js"
import { startInternet } from "../support/internet.js"
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.js"
import { UserAgent } from "../support/user-agent.js"

type Provider = ExpressAuthConfig["providers"][number]
type Endpoint = (server: OAuthServer, hostile: string) => Provider

const client = { clientId: "client", clientSecret: "client-secret" }

const servedBy = (url: string) => ({
  authorization: { url: `${url}/authorize`, params: { scope: "user" } },
  token: `${url}/token`,
})

/** One endpoint of an otherwise honest provider means harm. */
const endpoints: Record<string, Endpoint> = {
  discovery: ({ openId }, hostile) => ({ ...openId, issuer: hostile }),
  token: ({ provider }, hostile) => ({ ...provider, token: hostile }),
  userinfo: ({ provider }, hostile) => ({ ...provider, userinfo: hostile }),
  "GitHub's own request": ({ url }, hostile) =>
    GitHub({ ...client, ...servedBy(url), id: "plain", userinfo: { url: hostile } }),
  "Facebook's own request": ({ url }, hostile) =>
    Facebook({ ...client, ...servedBy(url), id: "plain", userinfo: { url: hostile } }),
}

describe("S37: a provider's answers", () => {
  const { start, keep } = useAuthApps()
  let server: OAuthServer

  beforeEach(async () => {
    server = await startOAuthServer()
    keep(server)
  })

  async function startHarm(harm: Harm): Promise<HostileService> {
    const hostile = await startHostileService(harm)
    keep({ ...hostile, port: 0 })
    return hostile
  }

  for (const [name, toProvider] of Object.entries(endpoints)) {
    it(`are read up to a limit: ${name}`, async () => {
      const hostile = await startHarm("bomb")
      const { url, logs } = await start({ providers: [toProvider(server, hostile.url)] })
      const before = process.memoryUsage().rss
      const agent = new UserAgent()
      const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
      expect(new URL(page.url).searchParams.get("error")).to.equal("ProviderUnavailable")
      expect(await sessionOf(agent, url)).to.equal(null)
      expect(logs.map(({ text }) => text).join()).to.include("sent a response that is too large")
      expect(process.memoryUsage().rss - before).to.be.below(128 * 1024 * 1024)
    })

    it(`lead nowhere else, with no secret: ${name}`, async () => {
      const hostile = await startHarm("redirect")
      const { url } = await start({ providers: [toProvider(server, hostile.url)] })
      const agent = new UserAgent()
      await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
      expect(await sessionOf(agent, url)).to.equal(null)
      expect(hostile.redirected).to.deep.equal([])
    })
  }

  it("are read up to a limit by an app's own request, through the fetch it is given", async () => {
    const hostile = await startHarm("bomb")
    const ask = createProviderFetch(
      resolveDefinition({ ...server.provider, userinfo: { request: () => ({}) } } as OAuthDefinition),
    )
    const error = await ask(hostile.url).catch((reason) => reason)
    expect(error).to.include({ name: "AnswerTooLargeError" })
  })

  it("may be late only so long, drip by drip", async () => {
    const hostile = await startHarm("drip")
    const error = await createProviderFetch(
      resolveDefinition(server.provider),
      60,
    )(hostile.url).catch((reason) => reason)
    expect(error).to.include({ code: "ERR_AUTH_PROVIDER_UNAVAILABLE" })
    expect(error.message).to.include("did not respond in time")
  })

  describe("with a picture", () => {
    const picture = "https://graph.microsoft.com/v1.0/me/photos/48x48/$value"

    async function profileWith(bytes: number) {
      const internet = await startInternet()
      internet.replies.set(`GET ${picture}`, () => new Response(Buffer.alloc(bytes, 1)))
      const provider = resolveDefinition(MicrosoftEntraID({ ...client }) as OAuthDefinition)
      const profile = boundProfile(provider, provider.profile)
      const user = await profile?.({ sub: "1", name: "Ada", email: "ada@example.com" } as never, {
        access_token: "the-token",
      })
      await internet.close()
      return { user, asked: internet.asked }
    }

    it("bring it, asked for as core does", async () => {
      const { user, asked } = await profileWith(3)
      const image = "data:image/jpeg;base64, AQEB"
      expect(user).to.deep.equal({ id: "1", name: "Ada", email: "ada@example.com", image })
      expect(asked[0]?.headers.authorization).to.equal("Bearer the-token")
    })

    it("go without one that is too large", async () => {
      const { user } = await profileWith(1024 * 1024)
      expect(user).to.deep.equal({ id: "1", name: "Ada", email: "ada@example.com", image: null })
    })
  })
})
