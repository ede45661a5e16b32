import { expect } from "chai"
import { customFetch } from "express-authjs"
import { causeOf } from "../../lib/config/logger.js"
import { type LogLine, sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { type OAuthAnswers, type OAuthServer, startOAuthServer } from "../support/oauth-server.js"
import { UserAgent } from "../support/user-agent.js"

interface FaultCase {
  type: "oauth" | "oidc"
  set(answers: OAuthAnswers): void
  /** Of the page, and the `error` in its address. */
  page: readonly [status: number, error: string]
  /** What the log says, or what was the cause of what it says. */
  cause: RegExp | undefined
}

const unavailable = [503, "ProviderUnavailable"] as const
const broken = [500, "Configuration"] as const
const now = () => Math.floor(Date.now() / 1000)

const faults: Record<string, FaultCase> = {
  "discovery does not answer": {
    type: "oidc",
    set: ({ faults }) => Object.assign(faults, { discovery: { hangs: true } }),
    page: unavailable,
    cause: /did not respond in time/,
  },
  "discovery answers 502": {
    type: "oidc",
    set: ({ faults }) => Object.assign(faults, { discovery: { status: 502, text: "<h1>Bad gateway</h1>" } }),
    page: unavailable,
    cause: /Provider "plain" responded 502 at localhost/,
  },
  "discovery is no JSON": {
    type: "oidc",
    set: ({ faults }) => Object.assign(faults, { discovery: { text: '{"issuer": ' } }),
    page: unavailable,
    cause: /parse "response" body as JSON/,
  },
  "discovery is of another issuer": {
    type: "oidc",
    set: ({ document }) => Object.assign(document, { issuer: "https://evil.example" }),
    page: broken,
    cause: /"issuer" property does not match/,
  },
  "the answer names another issuer": {
    type: "oidc",
    set: ({ callback }) => Object.assign(callback, { iss: "https://evil.example" }),
    page: broken,
    cause: /unexpected "iss"/,
  },
  "the token endpoint does not answer": {
    type: "oauth",
    set: ({ faults }) => Object.assign(faults, { token: { hangs: true } }),
    page: unavailable,
    cause: /did not respond in time/,
  },
  "the token endpoint answers 503": {
    type: "oauth",
    set: ({ faults }) => Object.assign(faults, { token: { status: 503, text: "busy" } }),
    page: unavailable,
    cause: /responded 503/,
  },
  "the token endpoint answers 429": {
    type: "oauth",
    set: ({ faults }) => Object.assign(faults, { token: { status: 429 } }),
    page: unavailable,
    cause: /responded 429/,
  },
  "the token is no JSON": {
    type: "oauth",
    set: ({ faults }) => Object.assign(faults, { token: { text: "access_token=x&token_type=bearer" } }),
    page: unavailable,
    cause: /parse "response" body as JSON/,
  },
  "the token is an error with status 200": {
    type: "oauth",
    set: ({ token }) => Object.assign(token, { body: { error: "incorrect_client_credentials" } }),
    page: broken,
    cause: /server responded with an error/,
  },
  "the code is spent, which GitHub says with status 200": {
    type: "oauth",
    set: ({ token }) => Object.assign(token, { body: { error: "bad_verification_code" } }),
    page: [400, "Expired"],
    cause: undefined,
  },
  "the userinfo endpoint does not answer": {
    type: "oauth",
    set: ({ faults }) => Object.assign(faults, { userinfo: { hangs: true } }),
    page: unavailable,
    cause: /did not respond in time/,
  },
  "the userinfo endpoint answers 401": {
    type: "oauth",
    set: (answers) => {
      answers.faults.userinfo = { status: 401 }
      answers.userinfo = { id: "4711", message: "Bad credentials" }
    },
    page: broken,
    cause: /userinfo endpoint of provider "plain" responded 401/,
  },
  "the profile is an error with status 200": {
    type: "oauth",
    set: (answers) => {
      answers.userinfo = { error: { message: "Invalid token" } }
    },
    page: broken,
    cause: /The profile of provider "plain" has no id/,
  },
  'the profile has the id "undefined"': {
    type: "oauth",
    set: (answers) => {
      answers.userinfo = { id: "undefined", name: "Ada" }
    },
    page: broken,
    cause: /The profile of provider "plain" has no id \(or the string "undefined"\)/,
  },
  "the profile is no JSON": {
    type: "oauth",
    set: ({ faults }) => Object.assign(faults, { userinfo: { text: "<h1>Maintenance</h1>" } }),
    page: unavailable,
    cause: /JSON/,
  },
  "the id_token is of another issuer": {
    type: "oidc",
    set: ({ claims }) => Object.assign(claims, { iss: "https://evil.example" }),
    page: broken,
    cause: /unexpected JWT "iss"/,
  },
  "the id_token is for another client": {
    type: "oidc",
    set: ({ claims }) => Object.assign(claims, { aud: "another-client" }),
    page: broken,
    cause: /unexpected JWT "aud"/,
  },
  "the id_token has another nonce": {
    type: "oidc",
    set: ({ claims }) => Object.assign(claims, { nonce: "of-another-flow" }),
    page: broken,
    cause: /unexpected ID Token "nonce"/,
  },
  "the id_token has expired": {
    type: "oidc",
    set: ({ claims }) => Object.assign(claims, { iat: now() - 7200, exp: now() - 3600 }),
    page: [500, "ClockSkew"],
    cause: /unexpected JWT "exp"/,
  },
}

/** A fetch of the app's own, which waits so many milliseconds at most. */
function fetchWithin(milliseconds: number): typeof fetch {
  return (input, init = {}) => {
    const limits = [AbortSignal.timeout(milliseconds), init.signal]
    const signal = AbortSignal.any(limits.filter((limit) => limit instanceof AbortSignal))
    return fetch(input, { ...init, signal })
  }
}

describe("a provider that misbehaves", () => {
  const { start, keep } = useAuthApps()
  let server: OAuthServer

  beforeEach(async () => {
    server = await startOAuthServer()
    keep(server)
  })

  function providerOf(type: FaultCase["type"]) {
    const checks = ["pkce", "state", "nonce"] as ("pkce" | "state")[]
    const isHanging = Object.values(server.answers.faults).some((fault) => fault?.hangs)
    const custom = { [customFetch]: fetchWithin(isHanging ? 150 : 15_000) }
    return type === "oidc" ? { ...server.openId, checks, ...custom } : { ...server.provider, ...custom }
  }

  for (const [what, { type, set, page: expected, cause }] of Object.entries(faults))
    it(`S6: starts no session when ${what}`, async () => {
      const adapter = createMemoryAdapter()
      set(server.answers)
      const { url, logs } = await start({ adapter, providers: [providerOf(type)] })
      const agent = new UserAgent()
      const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
      expect([page.status, new URL(page.url).searchParams.get("error")]).to.deep.equal(expected)
      expect(await sessionOf(agent, url)).to.equal(null)
      const { users, accounts, sessions } = adapter.rows
      expect([users.size, accounts.size, sessions.size]).to.deep.equal([0, 0, 0])
      const errors = logs.filter(({ level }) => level === "error")
      expect(errors).to.have.length(cause ? 1 : 0)
      if (cause) expect(errors.flatMap(messagesOf).join("\n")).to.match(cause)
    })

  for (const type of ["oauth", "oidc"] as const)
    it(`signs in by ${type} when nothing is wrong, and after a fault as well`, async () => {
      const { url } = await start({ providers: [providerOf(type)] })
      const agent = new UserAgent()
      server.answers.faults = { discovery: { status: 500 }, token: { status: 500 } }
      await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
      server.answers.faults = {}
      await signIn(agent, url, { provider: "plain" })
      expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
    })
})

/** Of an error and of all that caused it. */
function messagesOf({ error }: LogLine): string[] {
  const messages = []
  for (let one = error; one instanceof Error; one = causeOf(one)) messages.push(one.message)
  return messages
}
