import { generateKeyPairSync } from "node:crypto"
import { customFetch as coreCustomFetch } from "@auth/core"
import { expect } from "chai"
import { customFetch, type ExpressAuthConfig } from "express-authjs"
import { importPKCS8, jwtVerify } from "jose"
import { sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import {
  type AskedOfServer,
  type Endpoint,
  type OAuthServer,
  startOAuthServer,
} from "../support/oauth-server.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

type Provider = ExpressAuthConfig["providers"][number]

describe("a provider from a plain object", () => {
  const { start, keep } = useAuthApps()
  let server: OAuthServer

  beforeEach(async () => {
    server = await startOAuthServer()
    keep(server)
  })

  async function signInWith(provider: unknown) {
    const app = await start({ providers: [provider as Provider] })
    const agent = new UserAgent()
    const back = await signIn(agent, app.url, { provider: "plain" })
    const said = app.logs.map(({ error }) => String((error as Error)?.cause ?? error)).join("\n")
    expect(redirectTarget(back), said).to.equal(`${app.url}/`)
    const session = await sessionOf(agent, app.url)
    return { ...app, user: session?.user ?? {} }
  }

  const asked = (endpoint: AskedOfServer["endpoint"]) =>
    server.asked.filter((one) => one.endpoint === endpoint)
  const tokenRequest = () => asked("token")[0] ?? expect.fail("No token was requested")

  describe("its endpoints", () => {
    const ways: Record<string, (server: OAuthServer) => object> = {
      "all given": ({ provider }) => provider,
      "discovered, of an OpenID provider": ({ openId }) => openId,
      "discovered, of a plain OAuth server": ({ openId }) => ({ ...openId, type: "oauth" }),
      "discovered but for the token's": ({ openId, provider }) => ({ ...openId, token: provider.token }),
      "discovered but for userinfo": ({ openId, provider }) => ({ ...openId, userinfo: provider.userinfo }),
      "discovered but for userinfo, of a plain OAuth server": ({ openId, provider }) => ({
        ...openId,
        type: "oauth",
        userinfo: provider.userinfo,
      }),
      "given with parameters": ({ provider }) => ({
        ...provider,
        authorization: { url: provider.authorization, params: { audience: "api", missing: undefined } },
      }),
      "given, with parameters of the app's": ({ provider }) => ({
        ...provider,
        options: { authorization: { params: { audience: "api" } }, token: { params: { tenant: "1" } } },
      }),
      "userinfo first asked for, since idToken is false": ({ openId }) => ({ ...openId, idToken: false }),
    }
    for (const [what, way] of Object.entries(ways))
      it(what, async () => {
        server.answers.userinfo = { id: "4711", sub: "4711", name: "Ada Lovelace", email: "ada@example.com" }
        const { user } = await signInWith(way(server))
        expect([user.name, user.email]).to.deep.equal(["Ada Lovelace", "ada@example.com"])
      })

    it("sends parameters that have a value, and keeps the address they are added to", async () => {
      const { provider } = server
      const params = { audience: "api", missing: undefined }
      await signInWith({ ...provider, options: { authorization: { params } } })
      const [{ query } = expect.fail()] = asked("authorize")
      expect(query).to.include({ audience: "api", client_id: "client" })
      expect(query).to.not.have.property("missing")
    })

    it("finds the document where `wellKnown` says", async () => {
      const other = await startOAuthServer("other")
      keep(other)
      other.answers.document = await (await fetch(`${server.url}/.well-known/openid-configuration`)).json()
      server.asked.length = 0
      await signInWith({ ...server.openId, wellKnown: `${other.url}/.well-known/openid-configuration` })
      expect(asked("discovery")).to.have.length(0)
      expect(other.asked.map(({ endpoint }) => endpoint)).to.include("discovery")
    })

    it("needs no userinfo endpoint of a provider that sends id_tokens", async () => {
      server.answers.document = { userinfo_endpoint: undefined }
      expect((await signInWith(server.openId)).user.name).to.equal("Ada Lovelace")
    })
  })

  describe("its profile", () => {
    it("comes from `userinfo.request`", async () => {
      const request = async ({ tokens }: { tokens: { access_token?: string } }) => ({
        id: 12,
        name: `holder of ${tokens.access_token}`,
      })
      const { userinfo, ...provider } = server.provider
      expect((await signInWith({ ...provider, userinfo: { request } })).user.name).to.equal(
        "holder of the-access-token",
      )
    })

    it("goes through `profile()`, whose id may be a number, or be left to the answer's", async () => {
      for (const id of [12, "12", undefined]) {
        const profile = (found: { name: string }) => ({ id, name: found.name.toUpperCase() })
        expect((await signInWith({ ...server.provider, profile })).user.name).to.equal("ADA LOVELACE")
      }
    })

    it("has the same user id each time, without a database", async () => {
      const ids = []
      for (const id of [4711, "4711"]) {
        server.answers.userinfo = { id, name: "Ada" }
        ids.push((await signInWith(server.provider)).user.id)
      }
      expect(ids[0]).to.be.a("string").and.equal(ids[1])
    })
  })

  describe("its tokens", () => {
    it("go through `token.conform`, as they came", async () => {
      server.answers.token.body = { data: { token: "the-access-token" } }
      const conform = async (response: Response) => {
        const { data } = await response.json()
        return Response.json({ access_token: data.token, token_type: "bearer" })
      }
      await signInWith({ ...server.provider, token: { url: server.provider.token, conform } })
      expect(asked("userinfo")[0]?.headers.authorization).to.equal("Bearer the-access-token")
    })

    for (const [what, body] of Object.entries({
      "no token_type": { token_type: undefined },
      "an empty scope": { scope: null },
      "scopes as a list": { scope: ["a", "b"] },
      "a time as text": { expires_in: "3600" },
      "null for what is missing": { refresh_token: null, id_token: null, expires_in: null },
      "an unsolicited id_token": { id_token: "not.a.token" },
    }))
      it(`may have ${what}`, async () => {
        server.answers.token.body = { access_token: "the-access-token", token_type: "bearer", ...body }
        const scope = { url: server.provider.authorization, params: { scope: "email" } }
        expect((await signInWith({ ...server.provider, authorization: scope })).user.name).to.equal(
          "Ada Lovelace",
        )
      })
  })

  describe("the client", () => {
    const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`

    it("is known by client_secret_basic unless it says otherwise", async () => {
      await signInWith({ ...server.provider, clientSecret: "a secret:with&signs" })
      expect(tokenRequest().headers.authorization).to.equal(basic("client", "a+secret%3Awith%26signs"))
      expect(tokenRequest().body).to.not.have.any.keys("client_secret", "client_assertion")
    })

    it("by client_secret_post", async () => {
      await signInWith({ ...server.provider, client: { token_endpoint_auth_method: "client_secret_post" } })
      expect(tokenRequest().body).to.include({ client_id: "client", client_secret: "client-secret" })
      expect(tokenRequest().headers.authorization).to.equal(undefined)
    })

    it("by none, with PKCE alone", async () => {
      const { clientSecret, ...provider } = server.provider
      await signInWith({ ...provider, client: { token_endpoint_auth_method: "none" } })
      expect(tokenRequest().body).to.include({ client_id: "client" }).and.to.have.property("code_verifier")
      expect(tokenRequest().body).to.not.have.property("client_secret")
      expect(tokenRequest().headers.authorization).to.equal(undefined)
    })

    for (const place of ["on the object", "among its options"])
      it(`by private_key_jwt, with the key ${place}`, async () => {
        const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
        const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
        const token = { url: server.provider.token, clientPrivateKey: await importPKCS8(pem, "ES256") }
        const { clientSecret, ...provider } = server.provider
        const client = { token_endpoint_auth_method: "private_key_jwt" }
        const own = place === "on the object" ? { token } : { options: { token } }
        await signInWith({ ...provider, client, ...own })
        const { client_assertion = "" } = tokenRequest().body
        const { payload } = await jwtVerify(client_assertion, publicKey, { audience: server.provider.token })
        expect([payload.iss, payload.sub]).to.deep.equal(["client", "client"])
        expect(tokenRequest().body).to.not.have.property("client_secret")
      })
  })

  describe("its discovery document", () => {
    async function timesAsked(endpoint: Endpoint, signIns: number): Promise<number> {
      const { url } = await start({ providers: [server.openId as Provider] })
      server.asked.length = 0
      await Promise.all(
        Array.from({ length: signIns }, () => signIn(new UserAgent(), url, { provider: "plain" })),
      )
      return asked(endpoint).length
    }

    it("is requested once for concurrent sign-ins", async () => {
      expect(await timesAsked("discovery", 10)).to.equal(1)
      expect(asked("token")).to.have.length(10)
    })

    it("is requested each time when the provider forbids caching", async () => {
      server.answers.faults = { discovery: { headers: { "cache-control": "no-store" } } }
      expect(await timesAsked("discovery", 1)).to.equal(2)
    })

    it("is not shared with another configuration", async () => {
      expect(await timesAsked("discovery", 1)).to.equal(1)
      expect(await timesAsked("discovery", 1)).to.equal(1)
    })
  })

  describe("customFetch", () => {
    it("is the symbol of @auth/core", () => expect(customFetch).to.equal(coreCustomFetch))

    for (const place of ["on the object", "among its options"])
      it(`${place} carries every request of ours`, async () => {
        const paths: string[] = []
        const own: typeof fetch = (input, init) => {
          paths.push(new URL(String(input)).pathname)
          return fetch(input, init)
        }
        const { openId } = server
        server.answers.userinfo = { sub: "4711", name: "Ada" }
        await signInWith({
          ...openId,
          idToken: false,
          ...(place === "on the object" ? { [customFetch]: own } : { options: { [customFetch]: own } }),
        })
        expect(paths).to.deep.equal(["/.well-known/openid-configuration", "/token", "/userinfo"])
      })
  })
})
