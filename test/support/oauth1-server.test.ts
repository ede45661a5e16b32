import { expect } from "chai"
import express from "express"
import { type Listening, listen } from "./listen.js"
import { type OAuth1Server, startOAuth1Server } from "./oauth1-server.js"
import { signRequest, writeAuthorization } from "./oauth1-signature.js"
import type { ProviderLogin } from "./sign-in-at-provider.js"
import { UserAgent } from "./user-agent.js"

interface Call {
  method?: string
  tokenSecret?: string
  consumerSecret?: string
  /** Parameters over those that every request has. */
  oauth?: Record<string, string>
}

describe("the OAuth 1.0a provider of the tests", () => {
  let server: OAuth1Server
  let app: Listening

  before(async () => {
    server = await startOAuth1Server()
    app = await listen(express().get("/callback", (req, res) => res.json(req.query)))
  })
  after(() => Promise.all([server.close(), app.close()]))
  beforeEach(() => void server.asked.splice(0))

  it("signs a user in: request token, page, access token, profile", async () => {
    const { oauth_token = "", secret, oauth_verifier = "" } = await authorize({ name: "Ada Lovelace" })
    const access = await redeem({ oauth_token, oauth_verifier }, secret)
    const call = {
      method: "GET",
      oauth: { oauth_token: access.oauth_token ?? "" },
      tokenSecret: access.oauth_token_secret ?? "",
    }
    const profile = await ask(server.profileURL, call)
    expect(await profile.json()).to.deep.equal({ id: "ada", name: "Ada Lovelace", email: "ada@example.com" })
    expect(server.asked.map(({ url, problem }) => [new URL(url).pathname, problem])).to.deep.equal([
      ["/request-token", undefined],
      ["/access-token", undefined],
      ["/profile", undefined],
    ])
  })

  it("comes back without a verifier when the user cancels", async () => {
    const { denied, oauth_token, oauth_verifier } = await authorize({ cancel: true })
    expect(denied).to.be.a("string")
    expect([oauth_token, oauth_verifier]).to.deep.equal([undefined, undefined])
  })

  it("refuses a signature by another secret, of the consumer or of the token", async () => {
    expect(
      await problemOf(ask(server.client.requestTokenURL, { ...forCallback(), consumerSecret: "guessed" })),
    ).to.deep.equal([401, "signature_invalid"])
    const { oauth_token = "", oauth_verifier = "" } = await authorize({ name: "Ada Lovelace" })
    expect(await redeem({ oauth_token, oauth_verifier }, "guessed")).to.deep.equal({
      oauth_problem: "signature_invalid",
    })
  })

  it("refuses what was changed after it was signed", async () => {
    const authorization = authorizationOf(server.client.requestTokenURL, forCallback())
    const changed = authorization.replace(encodeURIComponent("/callback"), encodeURIComponent("/elsewhere"))
    expect(changed).to.not.equal(authorization)
    expect(await problemOf(post(server.client.requestTokenURL, changed))).to.deep.equal([
      401,
      "signature_invalid",
    ])
    const elsewhere = `${server.client.requestTokenURL}?scope=all`
    expect(await problemOf(post(elsewhere, authorization))).to.deep.equal([401, "signature_invalid"])
  })

  it("refuses a request that comes a second time", async () => {
    const authorization = authorizationOf(server.client.requestTokenURL, forCallback())
    expect((await post(server.client.requestTokenURL, authorization)).status).to.equal(200)
    expect(await problemOf(post(server.client.requestTokenURL, authorization))).to.deep.equal([
      401,
      "nonce_used",
    ])
    expect(server.asked.map(({ problem }) => problem)).to.deep.equal([undefined, "nonce_used"])
  })

  it("refuses a time that is far from its own, or none", async () => {
    for (const oauth_timestamp of [String(Math.floor(Date.now() / 1000) - 3600), "tomorrow", ""]) {
      const { oauth } = forCallback()
      expect(
        await problemOf(ask(server.client.requestTokenURL, { oauth: { ...oauth, oauth_timestamp } })),
      ).to.deep.equal([401, "timestamp_refused"])
    }
  })

  it("takes a verifier once, and no other", async () => {
    const { oauth_token = "", secret, oauth_verifier = "" } = await authorize({ name: "Ada Lovelace" })
    expect(await redeem({ oauth_token, oauth_verifier: "guessed" }, secret)).to.deep.equal({
      oauth_problem: "verifier_invalid",
    })
    expect(await redeem({ oauth_token, oauth_verifier }, secret)).to.have.property("oauth_token_secret")
    expect(await redeem({ oauth_token, oauth_verifier }, secret)).to.deep.equal({
      oauth_problem: "token_rejected",
    })
  })

  it("refuses an unknown consumer, another method, and no signature at all", async () => {
    const { oauth } = forCallback()
    const url = server.client.requestTokenURL
    expect(await problemOf(ask(url, { oauth: { ...oauth, oauth_consumer_key: "other" } }))).to.deep.equal([
      401,
      "consumer_key_unknown",
    ])
    expect(
      await problemOf(ask(url, { oauth: { ...oauth, oauth_signature_method: "PLAINTEXT" } })),
    ).to.deep.equal([400, "signature_method_rejected"])
    expect(await problemOf(post(url, ""))).to.deep.equal([400, "parameter_absent"])
  })

  const forCallback = () => ({ oauth: { oauth_callback: `${app.url}/callback` } })

  async function authorize(login: ProviderLogin): Promise<Record<string, string> & { secret: string }> {
    const answer = await ask(server.client.requestTokenURL, forCallback())
    const given = new URLSearchParams(await answer.text())
    expect(given.get("oauth_callback_confirmed")).to.equal("true")
    const agent = new UserAgent()
    const page = await agent.get(
      `${server.client.userAuthorizationURL}?oauth_token=${given.get("oauth_token")}`,
    )
    const choice =
      "cancel" in login ? { formAction: /cancel$/ } : { formAction: /login$/, fields: { login: login.name } }
    const back = await agent.followAll(await agent.submit(page, choice))
    return { ...JSON.parse(back.body), secret: given.get("oauth_token_secret") ?? "" }
  }

  async function redeem(oauth: Record<string, string>, tokenSecret: string): Promise<Record<string, string>> {
    const answer = await ask(server.client.accessTokenURL, { oauth, tokenSecret })
    return Object.fromEntries(new URLSearchParams(await answer.text()))
  }

  function authorizationOf(url: string, { method = "POST", oauth = {}, ...secrets }: Call): string {
    const parameters = {
      oauth_consumer_key: server.client.consumerKey,
      oauth_signature_method: "HMAC-SHA1",
      oauth_timestamp: String(Math.floor(Date.now() / 1000)),
      oauth_nonce: crypto.randomUUID(),
      ...oauth,
    }
    const request = { method, url, parameters: Object.entries(parameters) }
    const oauth_signature = signRequest(request, { consumerSecret: server.client.consumerSecret, ...secrets })
    return writeAuthorization(Object.entries({ ...parameters, oauth_signature }))
  }

  const post = (url: string, authorization: string) =>
    fetch(url, { method: "POST", headers: { authorization } })

  const ask = (url: string, call: Call) =>
    fetch(url, { method: call.method ?? "POST", headers: { authorization: authorizationOf(url, call) } })
})

async function problemOf(asking: Promise<Response>): Promise<[number, string | null]> {
  const answer = await asking
  return [answer.status, new URLSearchParams(await answer.text()).get("oauth_problem")]
}
