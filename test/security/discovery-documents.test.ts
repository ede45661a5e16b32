import { expect } from "chai"
import { customFetch } from "express-authjs"
import { causeOf } from "../../lib/config/logger.js"
import { resolveDefinition } from "../../lib/config/resolve-providers.js"
import { logoutMetadataOf } from "../../lib/logout/logout-metadata.js"
import { sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("S38: a discovery document", () => {
  const { start, keep } = useAuthApps()
  let server: OAuthServer

  beforeEach(async () => {
    server = await startOAuthServer()
    keep(server)
  })

  async function tryToSignIn() {
    const adapter = createMemoryAdapter()
    const { url, logs } = await start({ adapter, providers: [server.openId] })
    const agent = new UserAgent()
    const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    const causes = logs
      .map(({ text, error }) => `${text} ${error instanceof Error ? causeOf(error) : ""}`)
      .join("\n")
    return { page, adapter, causes, session: await sessionOf(agent, url) }
  }

  for (const [name, address] of [
    ["authorization_endpoint", "javascript:alert(document.cookie)"],
    ["authorization_endpoint", "data:text/html,<script>alert(1)</script>"],
    ["token_endpoint", 'data:application/json,{"access_token":"x","token_type":"bearer"}'],
    ["token_endpoint", "file:///etc/passwd"],
    ["token_endpoint", "no address"],
    ["userinfo_endpoint", "blob:http://localhost/1"],
    ["jwks_uri", 'data:application/json,{"keys":[]}'],
    ["end_session_endpoint", "javascript:alert(1)"],
    ["token_endpoint", { url: "http://localhost" }],
  ] as const)
    it(`is refused with the ${name} ${JSON.stringify(address)}`, async () => {
      server.answers.document = { [name]: address }
      const { page, session, causes, adapter } = await tryToSignIn()
      expect(new URL(page.url).searchParams.get("error")).to.equal("Configuration")
      expect(causes).to.include(`has a \`${name}\` that is not an http: or https: address`)
      expect([session, adapter.rows.users.size]).to.deep.equal([null, 0])
      expect(page.body).to.not.include("alert(")
    })

  it("of an https issuer is refused with an http endpoint, and taken with endpoints on other hosts", async () => {
    const issuer = "https://idp.example"
    const documents = {
      token_endpoint: "https://tokens.example/token",
      jwks_uri: "https://keys.example/jwks",
    }
    const answering =
      (document: object): typeof fetch =>
      async () =>
        Response.json({ issuer, ...document })
    const metadataWith = (document: object) =>
      logoutMetadataOf(resolveDefinition({ ...server.openId, issuer, [customFetch]: answering(document) }))
    expect((await metadataWith(documents)).keys).to.be.a("function")
    const plain = { ...documents, token_endpoint: "http://idp.example/token" }
    const error = await metadataWith(plain).catch((reason) => reason)
    expect(error).to.include({ code: "ERR_AUTH_PROVIDER_CLIENT" })
    expect(error.message).to.include("`token_endpoint` that is not an https: address")
  })

  it("that allows unsigned tokens still accepts none", async () => {
    server.answers.document = { id_token_signing_alg_values_supported: ["none", "RS256"] }
    server.answers.unsigned = true
    const { page, session, causes, adapter } = await tryToSignIn()
    expect(new URL(page.url).searchParams.get("error")).to.equal("Configuration")
    expect(causes).to.include('unexpected JWT "alg"')
    expect([session, adapter.rows.users.size]).to.deep.equal([null, 0])
  })

  it("that allows unsigned tokens among others is of use for signed ones", async () => {
    server.answers.document = { id_token_signing_alg_values_supported: ["none", "RS256"] }
    const { session } = await tryToSignIn()
    expect(session?.user.name).to.equal("Ada Lovelace")
  })
})

describe("the `iss` in a provider's answer (RFC 9207)", () => {
  const { start, keep } = useAuthApps()
  let server: OAuthServer

  beforeEach(async () => {
    server = await startOAuthServer()
    keep(server)
    server.answers.callback = { code: "the-code", iss: "https://who.example" }
  })

  it("is ignored of a plain OAuth provider without issuer", async () => {
    const { url } = await start({ providers: [server.provider] })
    const agent = new UserAgent()
    expect(redirectTarget(await signIn(agent, url, { provider: "plain" }))).to.equal(`${url}/`)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
  })

  it("is compared where an issuer is configured", async () => {
    const { url } = await start({ providers: [{ ...server.provider, issuer: "https://plain.example" }] })
    const agent = new UserAgent()
    await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    expect(await sessionOf(agent, url)).to.equal(null)
  })
})
