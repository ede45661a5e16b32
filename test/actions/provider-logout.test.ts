import { expect } from "chai"
import { type ExpressAuthConfig, memoryRevocation } from "express-authjs"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { cookiesOf, csrfOf, sessionOf, signIn, UserAgent } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { leaveByProvider, queryOf, signedInWith, useLogoutApps } from "../support/logout-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { startOAuthServer } from "../support/oauth-server.js"
import { redirectTarget } from "../support/user-agent.js"

const keepIdToken: ExpressAuthConfig["callbacks"] = {
  jwt({ token, account }) {
    if (account?.id_token) token.id_token = account.id_token
    return token
  },
}

describe("signing out at the provider too", () => {
  const startApp = useLogoutApps()
  const start = signedInWith(startApp)

  for (const strategy of ["jwt", "database"] as const)
    it(`ends both sessions and comes back to the destination (${strategy})`, async () => {
      const { agent, url, idp, logs } = await start({
        ...(strategy === "database" && { adapter: createExtendedAdapter() }),
        session: { strategy },
        revocation: memoryRevocation(),
      })
      const leaving = await agent.post(`${url}/logout`)
      expect(await sessionOf(agent, url)).to.equal(null)
      const back = await leaveByProvider(agent, leaving, idp)
      expect(back.url).to.match(new RegExp(`^${url}/auth/signout/callback\\?state=`))
      expect(redirectTarget(back)).to.equal(`${url}/goodbye`)
      expect(Object.keys(await cookiesOf(agent, `${url}/auth/signout`)).join()).to.not.match(
        /signout|session/,
      )
      const again = await agent.followAll(
        await agent.submit(await agent.get(`${url}/auth/signin`), { formAction: /demo$/ }),
      )
      expect(again.url, "the provider asks who it is").to.include("/interaction/")
      expect(logs).to.deep.equal({ errors: [], warnings: [] })
    })

  it("does so from our own page, when it was opened with idp=true", async () => {
    const { agent, url, idp } = await start()
    const page = await agent.get(`${url}/auth/signout?idp=true&callbackUrl=/bye`)
    expect(textOf(page.body)).to.include("and of the account you signed in with")
    const back = await leaveByProvider(agent, await agent.submit(page), idp)
    expect(redirectTarget(back)).to.equal(`${url}/bye`)
  })

  it("does not without being asked", async () => {
    const { agent, url } = await start()
    const page = await agent.get(`${url}/auth/signout`)
    expect(page.body).to.not.include("idp")
    expect(redirectTarget(await agent.submit(page))).to.equal(`${url}/`)
  })

  it("answers Auth.js's browser client with the provider's address as JSON", async () => {
    const { agent, url, idp } = await start()
    const csrfToken = await csrfOf(agent, url)
    const headers = { "x-auth-return-redirect": "1" }
    const answer = await agent.post(`${url}/auth/signout`, { csrfToken, idp: "true" }, headers)
    expect(JSON.parse(answer.body).url).to.include(`${idp.issuer}/session/end?`)
  })

  it("can end all sessions of the user in the same go", async () => {
    const { agent, url } = await start(
      { revocation: memoryRevocation() },
      {
        routes: (app, auth) =>
          app.post("/all", (req, res) => auth.signOut(req, res, { idp: true, everywhere: true })),
      },
    )
    const elsewhere = new UserAgent()
    await signIn(elsewhere, url)
    expect(redirectTarget(await agent.post(`${url}/all`))).to.include("/session/end?")
    expect(await sessionOf(elsewhere, url)).to.equal(null)
  })

  describe("tells the provider", () => {
    it("no more than the client and its own sid, without an id_token at hand", async () => {
      const { agent, url, idp } = await start()
      const { state, logout_hint, ...rest } = queryOf(await agent.post(`${url}/logout`))
      expect(rest).to.deep.equal({
        client_id: idp.clientId,
        post_logout_redirect_uri: `${url}/auth/signout/callback`,
      })
      expect(state).to.match(/^[\w-]{32}$/)
      expect(logout_hint).to.match(/^[\w-]{16,}$/)
    })

    it("no hint at all, where it has named no session", async () => {
      const { agent, url } = await start({}, { sessionRequired: false })
      expect(queryOf(await agent.post(`${url}/logout`))).to.not.have.any.keys("logout_hint", "id_token_hint")
    })

    for (const [where, config] of [
      ["the account's row (database)", () => ({ adapter: createExtendedAdapter() })],
      [
        "the account's row (JWT)",
        () => ({ adapter: createExtendedAdapter(), session: { strategy: "jwt" as const } }),
      ],
      ["the session's token", () => ({ callbacks: keepIdToken })],
    ] as const)
      it(`the id_token from ${where}`, async () => {
        const { agent, url, idp, idTokens } = await start(config())
        const leaving = await agent.post(`${url}/logout`)
        expect(queryOf(leaving))
          .to.include({ id_token_hint: idTokens[0] })
          .and.to.not.have.property("logout_hint")
        expect(redirectTarget(await leaveByProvider(agent, leaving, idp))).to.equal(`${url}/goodbye`)
      })

    it("no id_token of another session, which would end that one", async () => {
      const adapter = createExtendedAdapter()
      const { agent, url, idTokens } = await start({ adapter })
      await signIn(new UserAgent(), url)
      const [row] = adapter.rows.accounts.values()
      Object.assign(row ?? {}, { id_token: idTokens[1] })
      const query = queryOf(await agent.post(`${url}/logout`))
      expect(query).to.not.have.property("id_token_hint")
      expect(query).to.have.property("logout_hint")
    })

    it("no id_token of another client, nor a malformed one", async () => {
      for (const id_token of ["x", 7, { a: 1 }, "e30.e30.e30"]) {
        const callbacks = { jwt: ({ token }: { token: object }) => ({ ...token, id_token }) }
        const { agent, url } = await start({ callbacks: callbacks as never })
        expect(queryOf(await agent.post(`${url}/logout`))).to.not.have.property("id_token_hint")
      }
    })
  })

  describe("is left out", () => {
    it("for a user who signed in without OpenID Connect", async () => {
      const plain = await startOAuthServer()
      const { url, logs } = await startApp({
        config: () => ({ providers: [plain.provider] }),
        routes: (app, auth) => app.post("/logout", (req, res) => auth.signOut(req, res, { idp: true })),
      })
      const agent = new UserAgent()
      await agent.followAll(
        await agent.submit(await agent.get(`${url}/auth/signin`), { formAction: /plain$/ }),
      )
      expect(redirectTarget(await agent.post(`${url}/logout`))).to.equal(`${url}/`)
      expect([await sessionOf(agent, url), logs.errors]).to.deep.equal([null, []])
      await plain.close()
    })

    it("for an anonymous visitor", async () => {
      const { url } = await start()
      expect(redirectTarget(await new UserAgent().post(`${url}/logout`))).to.equal(`${url}/goodbye`)
    })

    it("with a warning, at a provider without end_session_endpoint", async () => {
      const { agent, url, logs } = await start({}, { provider: { endSession: false } })
      expect(redirectTarget(await agent.post(`${url}/logout`))).to.equal(`${url}/goodbye`)
      expect([await sessionOf(agent, url), logs.warnings]).to.deep.equal([null, ["idp-sign-out"]])
    })

    it("with an error in the log, while the provider is down: here the visitor is signed out", async () => {
      const { agent, url, idp, logs } = await start()
      await idp.close()
      expect(redirectTarget(await agent.post(`${url}/logout`))).to.equal(`${url}/goodbye`)
      expect(await sessionOf(agent, url)).to.equal(null)
      expect(logs.errors.map((error) => (error as { code?: string }).code)).to.deep.equal([
        "ERR_AUTH_PROVIDER_UNAVAILABLE",
      ])
    })

    it("while the accounts cannot be read: here the visitor is signed out", async () => {
      const adapter = createExtendedAdapter()
      const { agent, url, logs } = await start({ adapter })
      adapter.listAccounts = () => Promise.reject(new Error("connection refused"))
      expect(redirectTarget(await agent.post(`${url}/logout`))).to.equal(`${url}/goodbye`)
      expect(adapter.rows.sessions.size).to.equal(0)
      expect(logs.errors.map(({ message }) => message)).to.deep.equal(["connection refused"])
    })

    it("when the session could not be ended here, which is reported instead", async () => {
      const adapter = createMemoryAdapter()
      const { agent, url } = await start({ adapter })
      adapter.deleteSession = async () => {
        throw new Error("connection refused")
      }
      expect(redirectTarget(await agent.post(`${url}/logout`))).to.include("/auth/error?error=Unavailable")
    })
  })
})
