import { customFetch } from "@auth/core"
import { expect } from "chai"
import { generateKeyPair, jwtVerify } from "jose"
import type { OAuthProvider } from "../../lib/config/resolve-providers.js"
import { resolveProviders } from "../../lib/config/resolve-providers.js"
import { refreshTokenGrant } from "../../lib/providers/refresh-token-grant.js"
import { startOpenIdProvider } from "../support/openid-provider.js"
import { type RotatingServer, startRotatingServer } from "../support/rotating-server.js"

const quiet = { error: () => {}, warn: () => {}, debug: () => {} }

/** A provider as the configuration resolves it. */
function resolve(provider: object): OAuthProvider {
  const env = { provider: () => ({}) } as unknown as Parameters<typeof resolveProviders>[1]
  return resolveProviders([provider as OAuthProvider], env, quiet)[0] as OAuthProvider
}

describe("refreshTokenGrant", () => {
  let server: RotatingServer
  let start: number
  beforeEach(async () => {
    start = Math.floor(Date.now() / 1000)
    server = await startRotatingServer()
    server.rotation.fault = {
      status: 200,
      body: { access_token: "new", token_type: "bearer", expires_in: 60 },
    }
  })
  afterEach(() => server.close())

  const sent = () => server.refreshes[0]?.body ?? {}

  it("sends the refresh token with client_secret_basic, unless the provider says otherwise", async () => {
    const provider = resolve({ ...server.provider, clientId: "a b:c", clientSecret: "s/e+c" })
    const tokens = await refreshTokenGrant(provider, "the-refresh-token")
    expect(tokens).to.include({ access_token: "new" })
    expect(tokens.expires_at).to.be.within(start + 60, Date.now() / 1000 + 60)
    expect(sent()).to.deep.equal({ grant_type: "refresh_token", refresh_token: "the-refresh-token" })
    const credentials = Buffer.from(server.refreshes[0]?.authorization?.slice(6) ?? "", "base64").toString()
    expect(credentials).to.equal("a+b%3Ac:s%2Fe%2Bc")
  })

  it("knows client_secret_post, none, client_secret_jwt and private_key_jwt", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256")
    const methods = {
      client_secret_post: {},
      none: { clientSecret: undefined },
      client_secret_jwt: { clientSecret: "a secret of at least thirty-two characters" },
      private_key_jwt: {
        token: { url: server.provider.token, clientPrivateKey: { key: privateKey, kid: "k" } },
      },
    }
    for (const [method, more] of Object.entries(methods)) {
      const client = { token_endpoint_auth_method: method }
      await refreshTokenGrant(resolve({ ...server.provider, client, ...more }), "r")
    }
    const [post, none, secretJwt, keyJwt] = server.refreshes.map(({ body }) => body)
    expect(server.refreshes.map(({ authorization }) => authorization).filter(Boolean)).to.deep.equal([])
    expect(post).to.include({ client_id: "client", client_secret: "client-secret" })
    expect(none).to.include({ client_id: "client" }).and.not.include.keys("client_secret")
    expect(secretJwt?.client_assertion).to.be.a("string")
    const { payload } = await jwtVerify(keyJwt?.client_assertion ?? "", publicKey)
    expect(payload.aud).to.include(server.provider.token)
  })

  it("names an unknown method", async () => {
    const provider = resolve({ ...server.provider, client: { token_endpoint_auth_method: "magic" } })
    const failure = await refreshTokenGrant(provider, "r").catch((error) => error)
    expect(failure).to.include({ code: "ERR_AUTH_PROVIDER" })
    expect(failure.message).to.include('"magic"')
  })

  it("discovers the endpoint", async () => {
    const idp = await startOpenIdProvider()
    const { issuer, clientId, clientSecret } = idp
    const provider = resolve({ id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret })
    const failure = await refreshTokenGrant(provider, "no-such-token").catch((error) => error)
    await idp.close()
    expect(failure).to.include({ code: "ERR_AUTH_REFRESH_DENIED", status: 401 })
    expect(idp.requests.map(({ path }) => path)).to.deep.equal([
      "/.well-known/openid-configuration",
      "/token",
    ])
  })

  it("asks through the provider's customFetch, with its parameters, and lets it conform the answer", async () => {
    const asked: string[] = []
    const provider = resolve({
      ...server.provider,
      token: {
        url: server.provider.token,
        params: { tenant: "one" },
        conform: async (response: Response) => {
          const { data } = (await response.json()) as { data: object }
          return Response.json(data)
        },
      },
      [customFetch]: (url: string, init: RequestInit) => {
        asked.push(url)
        return fetch(url, init)
      },
    })
    server.rotation.fault = { status: 200, body: { data: { access_token: "inner", expires_in: "120" } } }
    const tokens = await refreshTokenGrant(provider, "r")
    expect(asked).to.deep.equal([`${server.provider.token}?tenant=one`])
    expect(tokens.access_token).to.equal("inner")
    expect(tokens.expires_at).to.be.within(start + 120, Date.now() / 1000 + 120)
  })

  it("takes an hour for granted where the provider names no lifetime, and keeps no id_token unread", async () => {
    server.rotation.fault = { status: 200, body: { access_token: "new", id_token: "x.y.z" } }
    const tokens = await refreshTokenGrant(resolve(server.provider), "r")
    expect(tokens).to.not.include.keys("id_token")
    expect(tokens.expires_at).to.be.within(start + 3600, Date.now() / 1000 + 3600)
  })

  it("says that the provider cannot be reached", async () => {
    await server.close()
    const failure = await refreshTokenGrant(resolve(server.provider), "r").catch((error) => error)
    expect(failure).to.include({ code: "ERR_AUTH_PROVIDER_UNAVAILABLE", status: 503 })
  })

  it("S11: has neither tokens nor secrets in its errors", async () => {
    for (const fault of [
      { status: 400, body: { error: "invalid_grant", error_description: "the-refresh-token" } },
      { status: 400, body: { error: "the-refresh-token <script>" } },
      { status: 200, body: "the-refresh-token" },
    ]) {
      server.rotation.fault = fault
      const failure = await refreshTokenGrant(resolve(server.provider), "the-refresh-token").catch(
        (error) => error,
      )
      expect(`${failure.stack} ${JSON.stringify(failure)} ${failure.cause}`).to.not.match(
        /the-refresh-token|client-secret/,
      )
    }
  })
})
