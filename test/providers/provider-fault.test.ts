import { expect } from "chai"
import { causeOf } from "../../lib/config/logger.js"
import { startSignIn, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import {
  type Endpoint,
  type Fault,
  type OAuthAnswers,
  type OAuthServer,
  startOAuthServer,
} from "../support/oauth-server.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

interface Row {
  type: "oauth" | "oidc"
  set(answers: OAuthAnswers): void
  says: RegExp
  /** Of the log, and of the answer to a client that wants JSON. */
  code: string
  status: number
  error: string
  /** What lies beneath it in the log. */
  cause: RegExp | undefined
}

const now = () => Math.floor(Date.now() / 1000)

const down = {
  says: /The sign-in service is not responding.*is not responding right now.*choose another way/,
  ...{ code: "ERR_AUTH_PROVIDER_UNAVAILABLE", status: 503, error: "ProviderUnavailable" },
}
const misconfigured = {
  says: /Sign-in is not working.*The fault is on our side/,
  ...{ code: "ERR_AUTH_PROVIDER_CLIENT", status: 500, error: "Configuration" },
}
const skewed = {
  says: /The clocks do not agree.*the time is wrong/,
  ...{ code: "ERR_AUTH_PROVIDER_CLOCK", status: 500, error: "ClockSkew" },
}

const fault = (endpoint: Endpoint, answer: Fault) => (answers: OAuthAnswers) =>
  void Object.assign(answers.faults, { [endpoint]: answer })
const token = (status: number, error: string) => (answers: OAuthAnswers) => {
  answers.token = { status, body: { error, error_description: "the secret is s3cr3t" } }
}
const callback = (error: string) => (answers: OAuthAnswers) => {
  answers.callback = { error, error_description: "<b>text</b>" }
}
const document = (members: object) => (answers: OAuthAnswers) => void Object.assign(answers.document, members)
const claims = (members: object) => (answers: OAuthAnswers) => void Object.assign(answers.claims, members)

const rows: Record<string, Row> = {
  "it answers 500": {
    ...down,
    type: "oauth",
    set: fault("token", { status: 500 }),
    cause: undefined,
  },
  "its discovery answers 503": {
    ...down,
    type: "oidc",
    set: fault("discovery", { status: 503 }),
    cause: undefined,
  },
  "its discovery is cut off": {
    ...down,
    type: "oidc",
    set: fault("discovery", { text: '{"issuer": ' }),
    cause: /parse "response" body as JSON/,
  },
  "its tokens are no JSON": {
    ...down,
    type: "oidc",
    set: fault("token", { text: "<h1>Maintenance</h1>" }),
    cause: /parse "response" body as JSON/,
  },
  "its profile is no JSON": {
    ...down,
    type: "oauth",
    set: fault("userinfo", { text: "<h1>Maintenance</h1>" }),
    cause: undefined,
  },
  "it says so itself": {
    ...down,
    type: "oauth",
    set: callback("temporarily_unavailable"),
    cause: /returned an error/,
  },
  "it says server_error": {
    ...down,
    type: "oauth",
    set: callback("server_error"),
    cause: /returned an error/,
  },
  "the secret is wrong": {
    ...misconfigured,
    type: "oauth",
    set: token(401, "invalid_client"),
    cause: /error in the response body/,
  },
  "the client may not do this": {
    ...misconfigured,
    type: "oidc",
    set: token(400, "unauthorized_client"),
    cause: /error in the response body/,
  },
  "GitHub's redirect URI does not match": {
    ...misconfigured,
    type: "oauth",
    set: callback("redirect_uri_mismatch"),
    cause: /returned an error/,
  },
  "the scope is not allowed": {
    ...misconfigured,
    type: "oauth",
    set: callback("invalid_scope"),
    cause: /returned an error/,
  },
  "the issuer is another": {
    ...misconfigured,
    type: "oidc",
    set: document({ issuer: "https://other.example" }),
    cause: /"issuer"/,
  },
  "there is no discovery document": {
    ...misconfigured,
    type: "oidc",
    set: fault("discovery", { status: 404, text: "Not found" }),
    cause: /conform/,
  },
  "there is no authorization endpoint": {
    ...misconfigured,
    type: "oidc",
    set: document({ authorization_endpoint: undefined }),
    cause: /authorization endpoint/,
  },
  "there is no token endpoint": {
    ...misconfigured,
    type: "oidc",
    set: document({ token_endpoint: undefined }),
    cause: /token endpoint/,
  },
  "the id_token has expired": {
    ...skewed,
    type: "oidc",
    set: claims({ iat: now() - 7200, exp: now() - 3600 }),
    cause: /"exp"/,
  },
  "the id_token is from the future": {
    ...skewed,
    type: "oidc",
    set: claims({ nbf: now() + 3600, iat: now() + 3600, exp: now() + 7200 }),
    cause: /"nbf"|"iat"/,
  },
}

describe("a sign-in that fails at the provider", () => {
  const { start, demo, keep } = useAuthApps()
  let server: OAuthServer

  beforeEach(async () => {
    server = await startOAuthServer()
    keep(server)
  })

  const providerOf = (type: Row["type"]) => (type === "oidc" ? server.openId : server.provider)

  for (const [what, { type, set, says, code, status, error, cause }] of Object.entries(rows)) {
    it(`shows it on the page and in one line of the log: ${what}`, async () => {
      const { url, logs } = await start({ providers: [providerOf(type)] })
      set(server.answers)
      const agent = new UserAgent()
      const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
      expect([page.status, new URL(page.url).searchParams.get("error")]).to.deep.equal([status, error])
      expect(textOf(page.body)).to.match(says)
      const lines = logs.filter(({ level }) => level === "error")
      expect(lines).to.have.length(1)
      const [line] = lines
      expect(line?.error).to.include({ code, status })
      expect(line?.text)
        .to.include('Provider "plain"')
        .and.to.not.match(/s3cr3t|<b>/)
      expect(textOf(page.body)).to.include(`Error id ${line?.id}`)
      expect(causesOf(line?.error).join("\n")).to.match(cause ?? /^/)
    })
  }

  it("tells a client that wants JSON the code", async () => {
    const { url } = await start({ providers: [server.openId] })
    server.answers.faults.discovery = { status: 500 }
    const agent = new UserAgent({ navigate: false, headers: { accept: "application/json" } })
    const { csrfToken } = JSON.parse((await agent.get(`${url}/auth/csrf`)).body)
    const answer = await agent.post(`${url}/auth/signin/plain`, { csrfToken })
    expect(answer.status).to.equal(503)
    expect(JSON.parse(answer.body)).to.include({ code: "ERR_AUTH_PROVIDER_UNAVAILABLE", status: 503 })
  })

  it("names the variables to check, of this very provider", async () => {
    const { url, logs } = await start({ providers: [server.provider] })
    token(401, "invalid_client")(server.answers)
    const agent = new UserAgent()
    await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    expect(logs[0]?.text).to.include('refuses this app\'s client: "invalid_client"')
    expect(logs[0]?.text).to.include("AUTH_PLAIN_ID, AUTH_PLAIN_SECRET")
  })

  it("says of a provider that is not there that it does not answer", async () => {
    await server.close()
    const { url, logs } = await start({ providers: [server.openId] })
    const agent = new UserAgent()
    const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    expect(page.status).to.equal(503)
    expect(textOf(page.body)).to.match(down.says)
    expect(causesOf(logs[0]?.error).join()).to.match(/fetch failed.*ECONNREFUSED/)
  })

  it("takes a code that was used up for a sign-in that took too long, which is a warning", async () => {
    for (const error of ["invalid_grant", "bad_verification_code"]) {
      const { url, logs } = await start({ providers: [server.provider] })
      token(error === "invalid_grant" ? 400 : 200, error)(server.answers)
      const agent = new UserAgent()
      const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
      expect(textOf(page.body)).to.include("This sign-in has expired")
      expect(logs.map(({ level }) => level)).to.deep.equal(["warn"])
    }
  })

  it("logs below the level of an error that the user cancelled", async () => {
    const { url, logs } = await start({ providers: [server.provider], debug: true })
    callback("access_denied")(server.answers)
    const agent = new UserAgent()
    const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    expect(textOf(page.body)).to.include("You cancelled")
    expect(logs.filter(({ level }) => level !== "debug")).to.deep.equal([
      { level: "warn", text: "OAuthCallbackError" },
    ])
  })

  it("explains how to continue to a user whose address belongs to an account with another method", async () => {
    const adapter = createMemoryAdapter()
    await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    const { url, logs } = await start({ adapter, providers: [server.provider, demo()] })
    const agent = new UserAgent()
    const answer = await startSignIn(agent, url, { provider: "plain" })
    const page = await agent.followAll(answer)
    const { pathname, searchParams } = new URL(page.url)
    expect([pathname, searchParams.get("error")]).to.deep.equal(["/auth/signin", "OAuthAccountNotLinked"])
    expect(textOf(page.body)).to.include("Sign in the same way again")
    expect(logs.filter(({ level }) => level === "error")).to.have.length(0)
    const client = new UserAgent({ navigate: false })
    const back =
      redirectTarget(await client.follow(await startSignIn(client, url, { provider: "plain" }))) ?? ""
    const json = await client.get(back, { accept: "application/json" })
    expect([json.status, JSON.parse(json.body).code]).to.deep.equal([409, "OAuthAccountNotLinked"])
  })
})

/** What lies beneath an error: its causes, and the causes of network errors. */
function causesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const cause = causeOf(error)
  const codes = "code" in error ? [String(error.code)] : []
  return [error.message, ...codes, ...causesOf(cause)]
}
