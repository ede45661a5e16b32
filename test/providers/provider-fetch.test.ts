import { expect } from "chai"
import { customFetch } from "express-authjs"
import Apple from "express-authjs/providers/apple"
import AzureAD from "express-authjs/providers/azure-ad"
import MicrosoftEntraID from "express-authjs/providers/microsoft-entra-id"
import TikTok from "express-authjs/providers/tiktok"
import { type OAuthDefinition, resolveDefinition } from "../../lib/config/resolve-providers.js"
import { createProviderFetch, guardRequest } from "../../lib/providers/provider-fetch.js"
import { listen } from "../support/listen.js"

interface Seen {
  url: string
  init: RequestInit | undefined
}

/** The app's own fetch, which answers everything with the same JSON. */
function appsFetch(body: object) {
  const seen: Seen[] = []
  const own: typeof fetch = async (input, init) => {
    seen.push({ url: String(input), init })
    return Response.json(body)
  }
  return { seen, own }
}

const client = { clientId: "the-id", clientSecret: "the-secret" }
const plain = {
  id: "plain",
  name: "Plain",
  type: "oauth",
  ...client,
  authorization: "https://idp.example/authorize",
  token: "https://idp.example/token",
  userinfo: "https://idp.example/userinfo",
} as const
const provider = resolveDefinition(plain)

describe("createProviderFetch", () => {
  describe("with a customFetch of the provider's own and of the app's", () => {
    it("gives Apple its userinfo endpoint", async () => {
      const { seen, own } = appsFetch({ issuer: "https://appleid.apple.com" })
      const ask = createProviderFetch(
        resolveDefinition(Apple({ ...client, [customFetch]: own }) as OAuthDefinition),
      )
      const response = await ask("https://appleid.apple.com/.well-known/openid-configuration")
      expect((await response.json()).userinfo_endpoint).to.be.a("string")
      expect(seen).to.have.length(1)
    })

    for (const factory of [MicrosoftEntraID, AzureAD])
      for (const tenant of ["common", "organizations", "7d1f2c3a-0b4e"])
        it(`fills in the tenant ${tenant} for ${factory.name}`, async () => {
          const { seen, own } = appsFetch({ issuer: "https://login.microsoftonline.com/{tenantid}/v2.0" })
          const ask = createProviderFetch(
            resolveDefinition(factory({ ...client, [customFetch]: own }) as OAuthDefinition),
          )
          const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`
          const response = await ask(`${issuer}/.well-known/openid-configuration`)
          expect((await response.json()).issuer).to.equal(issuer)
          expect(seen).to.have.length(1)
        })

    it("gives TikTok its client_key", async () => {
      const { seen, own } = appsFetch({ access_token: "x" })
      const ask = createProviderFetch(
        resolveDefinition(TikTok({ ...client, [customFetch]: own }) as OAuthDefinition),
      )
      const body = new URLSearchParams({ grant_type: "authorization_code", code: "c" })
      await ask("https://open.tiktokapis.com/v2/oauth/token/", { method: "POST", body })
      expect(Object.fromEntries(seen[0]?.init?.body as URLSearchParams)).to.deep.equal({
        grant_type: "authorization_code",
        code: "c",
        client_key: "the-id",
      })
    })

    it("uses the provider's customFetch when we know no other, as core does", async () => {
      const theirs = appsFetch({ id: "theirs" })
      const apps = appsFetch({ id: "apps" })
      const options = { [customFetch]: apps.own }
      const ask = createProviderFetch(resolveDefinition({ ...plain, [customFetch]: theirs.own, options }))
      expect(await (await ask(plain.userinfo)).json()).to.deep.equal({ id: "theirs" })
      expect(apps.seen).to.have.length(0)
    })
  })

  describe("with a provider that is away", () => {
    it("times out, and names the host in the error", async () => {
      const silent = await listen(() => {})
      const ask = createProviderFetch(provider, 50)
      const error = await ask(`${silent.url}/userinfo`).catch((reason) => reason)
      expect(error).to.include({ code: "ERR_AUTH_PROVIDER_UNAVAILABLE", status: 503 })
      expect(error.message).to.match(/^Provider "plain" did not respond in time at localhost:\d+\./)
      expect(error.cause.name).to.equal("TimeoutError")
      await silent.close()
    })

    it("counts the body, too", async () => {
      const slow = await listen((_req, res) => void res.write('{"id":'))
      const error = await createProviderFetch(provider, 50)(`${slow.url}/userinfo`).catch((reason) => reason)
      expect(error).to.include({ code: "ERR_AUTH_PROVIDER_UNAVAILABLE" })
      await slow.close()
    })

    it("heeds a signal it is given as well", async () => {
      const silent = await listen(() => {})
      const signal = AbortSignal.abort(new Error("no longer needed"))
      const error = await createProviderFetch(provider)(`${silent.url}/userinfo`, { signal }).catch(
        (reason) => reason,
      )
      expect(error.cause.message).to.equal("no longer needed")
      await silent.close()
    })

    it("reports a refused connection", async () => {
      const { url, close } = await listen(() => {})
      await close()
      const error = await createProviderFetch(provider)(`${url}/userinfo`).catch((reason) => reason)
      expect(error.message).to.include("could not be reached")
      expect(error.cause).to.be.instanceOf(Error)
    })
  })

  it("lets a provider that asks for its profile itself do so, whatever the status", async () => {
    const own: typeof fetch = async () => new Response("nothing here", { status: 500 })
    const userinfo = { request: async () => ({}) }
    const ask = createProviderFetch(
      resolveDefinition({ ...plain, userinfo, options: { [customFetch]: own } }),
    )
    expect((await ask("https://idp.example/emails")).status).to.equal(500)
  })
})

describe("guardRequest", () => {
  it("passes arguments and results on", async () => {
    const guarded = guardRequest(provider, async (a: number, b: number) => a + b)
    expect(await guarded(1, 2)).to.equal(3)
  })

  it("passes errors on as they are", async () => {
    const own = new TypeError("Cannot read properties of undefined")
    expect(await guardRequest(provider, () => Promise.reject(own))().catch((error) => error)).to.equal(own)
  })

  for (const [what, request] of Object.entries({
    "is slow": () => new Promise<never>(() => {}),
    "cannot reach its host": () => fetch("http://127.0.0.1:9/"),
  }))
    it(`says that the provider is unavailable when the request ${what}`, async () => {
      const error = await guardRequest(provider, request, 50)().catch((reason) => reason)
      expect(error).to.include({ code: "ERR_AUTH_PROVIDER_UNAVAILABLE", status: 503 })
    })
})
