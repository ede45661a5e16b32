import type { JWT } from "@auth/core/jwt"
import { expect } from "chai"
import { customFetch, type ExpressAuthConfig, memoryRevocation } from "express-authjs"
import { decodeJwt, type JWTPayload } from "jose"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { sessionOf, signIn, UserAgent } from "../support/auth-apps.js"
import {
  type LogoutApp,
  type LogoutAppOptions,
  logoutClaims,
  postLogout,
  signOutAtProvider,
  useLogoutApps,
} from "../support/logout-apps.js"
import { createMemoryAdapter, type MemoryAdapter } from "../support/memory-adapter.js"

type Sessions = [name: string, create: () => Partial<ExpressAuthConfig>]

/** Every way of keeping sessions that can end them elsewhere. */
const jwt: Sessions = ["JWT, revocation store", () => ({ revocation: memoryRevocation() })]
const jwtWithUsers: Sessions = [
  "JWT, users in a database",
  () => ({ adapter: createMemoryAdapter(), session: { strategy: "jwt" }, revocation: memoryRevocation() }),
]
const rows: Sessions = [
  "database, revocation store",
  () => ({ adapter: createMemoryAdapter(), revocation: memoryRevocation() }),
]
const rowsAndStore: Sessions = [
  "database, revocation store and listSessions()",
  () => ({ adapter: createExtendedAdapter(), revocation: memoryRevocation() }),
]
const rowsAlone: Sessions = ["database alone", () => ({ adapter: createExtendedAdapter() })]

describe("POST /auth/backchannel-logout/:provider", () => {
  const startApp = useLogoutApps()

  async function start([, create]: Sessions, options: LogoutAppOptions = {}) {
    const app = await startApp({ ...options, config: create })
    const signInAs = async (name = "Ada Lovelace") => {
      const agent = new UserAgent()
      await signIn(agent, app.url, { name })
      expect((await sessionOf(agent, app.url))?.user.name).to.equal(name)
      return agent
    }
    return { ...app, signInAs, signedOut: (agent: UserAgent) => expectSignedOut(agent, app) }
  }

  for (const sessions of [jwt, jwtWithUsers, rows, rowsAndStore, rowsAlone]) {
    it(`ends the session of the browser that signs out at the provider, and no other: ${sessions[0]}`, async () => {
      const { idp, url, signInAs, signedOut } = await start(sessions)
      const [here, elsewhere, other] = [await signInAs(), await signInAs(), await signInAs("Grace Hopper")]
      await signOutAtProvider(here, idp)
      expect(idp.logoutCalls.map(({ status }) => status)).to.deep.equal([200])
      expect(decodeJwt(idp.logoutCalls[0]?.token ?? ""))
        .to.include({ sub: "ada" })
        .and.to.have.property("sid")
      await signedOut(here)
      for (const agent of [elsewhere, other]) expect(await sessionOf(agent, url)).to.not.equal(null)
    })

    it(`ends all sessions of the user where the provider names the account alone: ${sessions[0]}`, async () => {
      const { idp, url, signInAs, signedOut } = await start(sessions, { sessionRequired: false })
      const [here, elsewhere, other] = [await signInAs(), await signInAs(), await signInAs("Grace Hopper")]
      await signOutAtProvider(here, idp)
      expect(idp.logoutCalls.map(({ status }) => status)).to.deep.equal([200])
      expect(decodeJwt(idp.logoutCalls[0]?.token ?? "")).to.not.have.property("sid")
      await signedOut(here)
      await signedOut(elsewhere)
      expect(await sessionOf(other, url)).to.not.equal(null)
    })
  }

  for (const sessions of [jwt, jwtWithUsers, rows, rowsAndStore])
    it(`ends the sessions of a provider's session by its sid alone: ${sessions[0]}`, async () => {
      const { idp, uri, url, idTokens, signInAs, signedOut } = await start(sessions)
      const [here, elsewhere] = [await signInAs(), await signInAs()]
      const { sid } = decodeJwt(idTokens[0] ?? "")
      const answer = await postLogout(uri, await idp.sign(logoutClaims(idp, { sid })))
      expect(answer.status, await answer.text()).to.equal(200)
      expect(answer.headers.get("cache-control")).to.equal("no-store")
      await signedOut(here)
      expect(await sessionOf(elsewhere, url)).to.not.equal(null)
    })

  it("ends what was signed in before, not what is signed in afterwards", async () => {
    const { idp, url, signInAs, signedOut } = await start(jwt, { sessionRequired: false })
    const before = await signInAs()
    await signOutAtProvider(before, idp)
    await signedOut(before)
    await new Promise((resolve) => setTimeout(resolve, 2))
    expect(await sessionOf(await signInAs(), url)).to.not.equal(null)
  })

  it("keeps the tie to the provider's session when the token is issued again, by whatever callback", async () => {
    const forgetful = ({ token }: { token: JWT }): JWT => ({ sub: "ada", name: token.name ?? null })
    const { idp, url, signInAs, signedOut } = await start([
      "",
      () => ({
        revocation: memoryRevocation(),
        session: { updateAge: 0 },
        callbacks: { jwt: forgetful },
      }),
    ])
    const agent = await signInAs()
    for (let times = 0; times < 3; times++) expect(await sessionOf(agent, url)).to.not.equal(null)
    await signOutAtProvider(agent, idp)
    await signedOut(agent)
  })

  for (const sessions of [jwt, rowsAndStore])
    it(`no longer lists what the provider ended: ${sessions[0]}`, async () => {
      const { idp, uri, url, auth, idTokens, signInAs } = await start(sessions)
      const agent = await signInAs()
      await signInAs()
      const { user } = (await sessionOf(agent, url)) ?? {}
      const list = () => auth.sessions.list(String(user?.id))
      expect(await list()).to.have.length(2)
      expect((await list())[0]).to.not.have.property("providerSession")
      const { sid } = decodeJwt(idTokens[0] ?? "")
      await postLogout(uri, await idp.sign(logoutClaims(idp, { sid })))
      expect(await list()).to.have.length(1)
    })

  it("answers 200 to a logout of an unknown user", async () => {
    for (const sessions of [jwt, jwtWithUsers, rows, rowsAndStore, rowsAlone]) {
      const { idp, uri, logs } = await start(sessions)
      for (const claims of [{ sub: "unknown" }, { sub: "unknown", sid: "gone" }])
        expect((await postLogout(uri, await idp.sign(logoutClaims(idp, claims)))).status).to.equal(200)
      expect(logs.errors).to.deep.equal([])
    }
  })

  const helpless: [what: string, config: Partial<ExpressAuthConfig>, claims: JWTPayload, hint: string][] = [
    ["JWT sessions without a store, by sid", {}, { sid: "x" }, "revocation store"],
    ["JWT sessions without a store, by sub", {}, { sub: "ada" }, "revocation store"],
    [
      "rows without a store, by sid alone",
      { adapter: createExtendedAdapter() },
      { sid: "x" },
      "revocation store",
    ],
    [
      "rows without a store that do not keep the sign-in, by sid and sub",
      { adapter: Object.assign(createExtendedAdapter(), { keepsSignIn: () => false }) },
      { sid: "x", sub: "ada" },
      "revocation store",
    ],
  ]
  for (const [what, config, claims, hint] of helpless)
    it(`answers 400 and says in the log what is missing: ${what}`, async () => {
      const { idp, uri, logs } = await start(["", () => config])
      const answer = await postLogout(uri, await idp.sign(logoutClaims(idp, claims)))
      expect([answer.status, (await answer.json()).error]).to.deep.equal([400, "server_error"])
      const [error] = logs.errors
      expect(error).to.include({ code: "ERR_AUTH_SIGN_OUT" })
      expect(String(error?.cause)).to.include(hint)
    })

  it("lets the provider try again with the same token after a failure of ours", async () => {
    const adapter: MemoryAdapter = createExtendedAdapter()
    const { idp, uri, signInAs, signedOut, logs } = await start(["", () => ({ adapter })])
    const agent = await signInAs()
    const { getUserByAccount } = adapter
    adapter.getUserByAccount = () => Promise.reject(new Error("connection refused"))
    const token = await idp.sign(logoutClaims(idp, { sub: "ada" }))
    expect((await postLogout(uri, token)).status).to.equal(400)
    expect(logs.errors[0]?.cause).to.include({ message: "connection refused" })
    adapter.getUserByAccount = getUserByAccount
    expect((await postLogout(uri, token)).status).to.equal(200)
    await signedOut(agent)
  })

  it("asks for the provider's keys by the app's customFetch, and once", async () => {
    const asked: string[] = []
    const { idp, uri } = await startApp({
      config: ({ issuer, clientId, clientSecret }) => ({
        revocation: memoryRevocation(),
        providers: [
          {
            ...{ id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret },
            [customFetch]: (url: string, init: RequestInit) => {
              asked.push(new URL(url).pathname)
              return fetch(url, init)
            },
          } as never,
        ],
      }),
    })
    for (let times = 0; times < 3; times++)
      expect((await postLogout(uri, await idp.sign(logoutClaims(idp, { sub: "ada" })))).status).to.equal(200)
    expect(asked).to.deep.equal(["/.well-known/openid-configuration", "/jwks"])
  })

  it("answers 404 for a provider there is not, 405 to a GET", async () => {
    const { url, uri } = await start(jwt)
    expect((await postLogout(`${url}/auth/backchannel-logout/unknown`, "x")).status).to.equal(404)
    expect((await fetch(uri)).status).to.equal(405)
  })
})

async function expectSignedOut(agent: UserAgent, { url }: LogoutApp): Promise<void> {
  expect(JSON.parse((await agent.get(`${url}/open`)).body)).to.equal(null)
  expect(await sessionOf(agent, url)).to.equal(null)
}
