import { createHash } from "node:crypto"
import { readdir } from "node:fs/promises"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import type { Account } from "@auth/core/types"
import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { providerVariable } from "../../lib/config/env.js"
import { type AuthApp, csrfOf, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { type Asked, type Internet, startInternet } from "../support/internet.js"
import { signJwt } from "../support/sign-jwt.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import { withEnvironment } from "../support/with-environment.js"
import { accessToken, type ProviderCase } from "./provider-case.js"

/** Modules that are no OAuth provider, and where they are tested. */
const others: Readonly<Record<string, string>> = {
  credentials: "test/actions/sign-in-with-credentials.test.ts",
  email: "the old name of nodemailer",
  forwardemail: "test/mail/http-mailers.test.ts",
  index: "types",
  loops: "test/mail/http-mailers.test.ts",
  mailgun: "test/mail/http-mailers.test.ts",
  nodemailer: "test/actions/sign-in-by-email.test.ts",
  oauth: "types",
  passkey: "needs @simplewebauthn/server",
  postmark: "test/mail/http-mailers.test.ts",
  "provider-types": "types",
  resend: "test/mail/http-mailers.test.ts",
  sendgrid: "test/mail/http-mailers.test.ts",
  webauthn: "needs @simplewebauthn/server",
}

type Provider = ExpressAuthConfig["providers"][number]
type ProviderFactory = (options: Record<string, unknown>) => Extract<Provider, { id: string }>

const cases = await readCases()

async function readCases(): Promise<Record<string, ProviderCase>> {
  const folder = new URL("./fixtures/", import.meta.url)
  const files = await readdir(folder)
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)))
  return Object.assign({}, ...modules.map(({ fixtures }) => fixtures))
}

async function modulesIn(specifier: string): Promise<string[]> {
  const files = await readdir(dirname(fileURLToPath(import.meta.resolve(specifier))))
  return files.filter((file) => file.endsWith(".js")).map((file) => file.slice(0, -".js".length))
}

describe("every OAuth provider of Auth.js", () => {
  const { start } = useAuthApps()
  let internet: Internet

  before(async () => {
    internet = await startInternet()
  })
  after(() => internet.close())
  beforeEach(() => {
    internet.replies.clear()
    internet.asked.length = 0
  })

  it("is in the table here, or listed with the place of its test", async () => {
    const known = [...Object.keys(cases), ...Object.keys(others)].sort()
    expect((await modulesIn("@auth/core/providers/github")).sort()).to.deep.equal(known)
    expect((await modulesIn("express-authjs/providers/github")).sort()).to.deep.equal(known)
  })

  for (const [name, one] of Object.entries(cases)) {
    it(`${name}: sends the right requests, and returns the right user`, async () => {
      const { id, provider, variables } = await setUp(name, one)
      const accounts: (Account | null | undefined)[] = []
      const events = { signIn: ({ account }: { account?: Account | null }) => void accounts.push(account) }
      const app = await withEnvironment(variables, () => start({ providers: [provider], events }))
      const tokenRequests = replyAs(internet, one)
      const agent = new UserAgent()
      const leaving = await leave(agent, app, id)
      const authorization = new URL(redirectTarget(leaving) ?? "")
      checkAuthorization(authorization, `${app.url}/auth/callback/${id}`, one)
      const nonce = authorization.searchParams.get("nonce")
      if (nonce) tokenRequests.nonce = nonce
      const back = await comeBack(agent, `${app.url}/auth/callback/${id}`, authorization, one)
      expect(redirectTarget(back), app.logs.map(({ text }) => text).join("\n")).to.equal(`${app.url}/`)
      expect(tokenRequests.asked).to.have.length(1)
      for (const asked of tokenRequests.asked) checkTokenRequest(asked, authorization, one)

      const session = await sessionOf(agent, app.url)
      const { name: called, email, image } = session?.user ?? {}
      const [account] = accounts
      const found = { id: account?.providerAccountId, name: called, email, image }
      expect(withoutNull(found)).to.deep.equal(withoutNull({ ...one.user }))
      expect([account?.provider, account?.access_token]).to.deep.equal([id, accessToken])
    })
  }
})

async function setUp(name: string, one: ProviderCase) {
  const { default: factory } = (await import(`express-authjs/providers/${name}`)) as {
    default: ProviderFactory
  }
  const { id } = factory({ ...one.options })
  const prefix = providerVariable(id)
  const variables = {
    [`${prefix}_ID`]: "the-id",
    [`${prefix}_SECRET`]: "the secret",
    ...(one.issuer && { [`${prefix}_ISSUER`]: one.issuer }),
    ...(one.key && { [`${prefix}_KEY`]: one.key }),
  }
  const provider = one.options ? factory({ ...one.options }) : (factory as unknown as Provider)
  return { id, provider, variables }
}

async function leave(agent: UserAgent, { url }: AuthApp, id: string): Promise<Visit> {
  return agent.post(`${url}/auth/signin/${id}`, { csrfToken: await csrfOf(agent, url) })
}

function checkAuthorization(authorization: URL, redirectUri: string, one: ProviderCase): void {
  const { scope = "openid profile email", checks = ["pkce"], params = {} } = one
  expect(authorization.origin + authorization.pathname).to.equal(one.authorize)
  const { state, nonce, code_challenge, ...rest } = Object.fromEntries(authorization.searchParams)
  expect(state).to.match(/^[\w-]{43}$/)
  expect(code_challenge !== undefined, "PKCE").to.equal(checks.includes("pkce"))
  expect(nonce !== undefined, "nonce").to.equal(checks.includes("nonce"))
  expect(rest).to.deep.equal({
    response_type: "code",
    client_id: "the-id",
    redirect_uri: redirectUri,
    scope,
    ...(code_challenge !== undefined && { code_challenge_method: "S256" }),
    ...params,
  })
}

/** Lets the provider answer; returns what its token endpoint will have been asked. */
function replyAs(internet: Internet, one: ProviderCase): TokenRequests {
  for (const [address, reply] of Object.entries(one.replies ?? {})) internet.replies.set(address, reply)
  const requests: TokenRequests = { asked: [] }
  internet.replies.set(`POST ${one.token}`, async (asked) => {
    requests.asked.push(asked)
    const claims = { aud: "the-id", ...(requests.nonce && { nonce: requests.nonce }), ...one.claims }
    return Response.json({
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: 3600,
      ...(one.claims && { id_token: await signJwt(claims, one.alg) }),
      ...one.tokens,
    })
  })
  return requests
}

interface TokenRequests {
  asked: Asked[]
  /** What the id_token must repeat. */
  nonce?: string
}

function comeBack(
  agent: UserAgent,
  url: string,
  authorization: URL,
  { callback, formPost }: ProviderCase,
): Promise<Visit> {
  const state = authorization.searchParams.get("state") ?? ""
  const params = new URLSearchParams({ code: "the-code", state, ...callback })
  if (!formPost) return agent.get(`${url}?${params}`, { "sec-fetch-site": "cross-site" })
  const site = { "sec-fetch-site": "cross-site", origin: authorization.origin }
  return agent.post(url, params, site).then((posted) => agent.follow(posted))
}

function checkTokenRequest({ headers, body }: Asked, authorization: URL, one: ProviderCase): void {
  if (one.auth === "other") return
  const { code_verifier, client_id, client_secret, ...rest } = Object.fromEntries(new URLSearchParams(body))
  const { redirect_uri, code_challenge } = Object.fromEntries(authorization.searchParams)
  expect(rest).to.deep.include({ grant_type: "authorization_code", code: "the-code", redirect_uri })
  const challenge = code_verifier && createHash("sha256").update(code_verifier).digest("base64url")
  expect(challenge).to.equal(code_challenge)
  if (one.auth === "post") expect([client_id, client_secret]).to.deep.equal(["the-id", "the secret"])
  else expect(headers.authorization).to.equal(`Basic ${Buffer.from("the-id:the+secret").toString("base64")}`)
}

function withoutNull(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== undefined),
  )
}
