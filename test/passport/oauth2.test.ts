import { expect } from "chai"
import { csrfOf, sessionOf } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import {
  type PassportAppOptions,
  rowsOf,
  signIn,
  startSignIn,
  takeWay,
  usePassportApps,
  wayBack,
} from "./apps.js"
import { type Create, createOAuth2, createOpenId, type ResponseMode } from "./strategies.js"

const nothing = { users: 0, accounts: 0, sessions: 0 }

const ways: Record<string, (idp: OpenIdProvider, mode?: ResponseMode) => Create | Promise<Create>> = {
  "passport-oauth2 with state and PKCE": (idp, mode) => createOAuth2(idp, { state: true, pkce: true }, mode),
  "passport-oauth2 with state": (idp, mode) => createOAuth2(idp, { state: true }, mode),
  "passport-oauth2 without a state": (idp, mode) => createOAuth2(idp, {}, mode),
  "openid-client": createOpenId,
}

for (const [name, prepare] of Object.entries(ways))
  describe(`OAuth 2.0 through ${name} as a provider`, () => {
    const { start } = usePassportApps()
    let idp: OpenIdProvider
    let create: Create

    before(async () => {
      const clientAuth = prepare === createOpenId ? "client_secret_basic" : "client_secret_post"
      idp = await startOpenIdProvider({ clientAuth })
      create = await prepare(idp)
    })
    after(() => idp.close())
    beforeEach(() => void idp.requests.splice(0))

    async function startOAuth2(options: PassportAppOptions & { without?: "callbackURL" } = {}) {
      const made = (callbackURL?: string) => create(options.without ? undefined : callbackURL)
      const started = { create: made, close: async () => {} }
      const app = await start({ id: "it", start: async () => started }, { strategy: "database", ...options })
      const expectNothing = async (agent: UserAgent) => {
        expect(await sessionOf(agent, app.url)).to.equal(null)
        expect(rowsOf(app)).to.deep.equal(nothing)
      }
      return { ...app, expectNothing }
    }

    const leave = (agent: UserAgent, url: string) => startSignIn(agent, url, { id: "it" })

    async function goThere(agent: UserAgent, url: string, person = "Ada Lovelace"): Promise<URL> {
      const way = await wayBack(agent, await leave(agent, url), person)
      if (!("url" in way)) throw new Error("OAuth comes back by redirect")
      return new URL(way.url)
    }

    it("comes back to our callback though it was built without an address", async () => {
      const { url } = await startOAuth2({ without: "callbackURL" })
      const agent = new UserAgent()
      expect(redirectTarget(await signIn(agent, url, { id: "it" }))).to.equal(`${url}/`)
      expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
    })

    it("signs in with an answer that the provider has the browser post", async () => {
      const posting = await prepare(idp, "form_post")
      const app = await start({ id: "it", start: async () => ({ create: posting, close: async () => {} }) })
      const agent = new UserAgent()
      const way = await wayBack(agent, await leave(agent, app.url))
      expect(way).to.have.property("page")
      expect(redirectTarget(await takeWay(agent, way)), JSON.stringify(app.logs)).to.equal(`${app.url}/`)
      expect((await sessionOf(agent, app.url))?.user.name).to.equal("Ada Lovelace")
    })

    it("asks the provider with a state in every case", async () => {
      const { url } = await startOAuth2()
      await leave(new UserAgent(), url)
      const leaving = redirectTarget(await leave(new UserAgent(), url)) ?? ""
      expect(new URL(leaving).searchParams.get("state")).to.have.length.of.at.least(16)
    })

    for (const [what, change] of Object.entries<(back: URL) => void>({
      "no state": (back) => back.searchParams.delete("state"),
      "an empty state": (back) => back.searchParams.set("state", ""),
      "another state": (back) => back.searchParams.set("state", "x"),
      "no code": (back) => back.searchParams.delete("code"),
      "another code": (back) => back.searchParams.set("code", "x"),
      "an empty code": (back) => back.searchParams.set("code", ""),
      "a code that is an object": (back) => {
        back.searchParams.set("code[a]", "x")
        back.searchParams.delete("code")
      },
      "an error": (back) => {
        back.searchParams.delete("code")
        back.searchParams.set("error", "server_error")
      },
      nothing: (back) => Object.assign(back, { search: "" }),
    }))
      it(`S6: makes no session and no row of a callback with ${what}`, async () => {
        const { url, expectNothing } = await startOAuth2()
        const agent = new UserAgent()
        const back = await goThere(agent, url)
        change(back)
        const answer = await agent.get(back.href)
        expect(answer.status).to.be.below(500)
        expect(redirectTarget(answer)).to.match(
          /\/auth\/(?:error|signin)\?error=|^http:\/\/127\.0\.0\.1:\d+\/auth\?/,
        )
        await expectNothing(agent)
      })

    // A state alone binds no code to a browser: who could write one into the address could write the other as well.
    if (/PKCE|openid/.test(name))
      it("S4: accepts no code of another browser's flow", async () => {
        const { url, expectNothing } = await startOAuth2()
        const agent = new UserAgent()
        const own = await goThere(agent, url)
        const eves = await goThere(new UserAgent(), url, "Eve")
        own.searchParams.set("code", eves.searchParams.get("code") ?? "")
        expect(redirectTarget(await agent.get(own.href))).to.include("/auth/error?error=")
        await expectNothing(agent)
      })

    it("hands nothing of a visitor's own on to the provider (S26)", async () => {
      const { url } = await startOAuth2()
      const agent = new UserAgent()
      const evil = {
        client_id: "evil",
        redirect_uri: "https://evil.example/",
        scope: "admin",
        state: "evil",
        callbackURL: "https://evil.example/",
        code: "evil",
        oauth_token: "evil",
      }
      const csrfToken = await csrfOf(agent, url)
      const leaving = await agent.post(`${url}/auth/signin/it?${new URLSearchParams(evil)}`, {
        ...evil,
        csrfToken,
      })
      const target = redirectTarget(leaving) ?? ""
      expect(new URL(target).origin).to.equal(idp.issuer)
      expect(target).to.not.match(/evil|admin/)
      await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
      expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
    })

    it("redirects back when the user cancels, with a message and a way on", async () => {
      const { url, logs, expectNothing } = await startOAuth2()
      const agent = new UserAgent()
      const page = await agent.followAll(
        await signInAtProvider(agent, await leave(agent, url), { cancel: true }),
      )
      expect(page.url).to.match(/\/auth\/signin\?.*error=/)
      expect(logs).to.deep.equal([{ level: "warn", text: "OAuthCallbackError" }])
      await expectNothing(agent)
      await signIn(agent, url, { id: "it" })
      expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
    })

    it("S9: shows nothing of what a provider's error says", async () => {
      const { url } = await startOAuth2()
      for (const error of ["access_denied", "server_error", "<b>bold</b>"]) {
        const agent = new UserAgent()
        const back = await goThere(agent, url)
        back.searchParams.delete("code")
        back.searchParams.set("error", error)
        back.searchParams.set("error_description", "Call 555-0199 <script>alert(1)</script>")
        const page = await agent.followAll(await agent.get(back.href))
        expect(page.body).to.not.include("<script>alert").and.not.include("<b>bold")
        expect(textOf(page.body)).to.not.include("555-0199")
      }
    })

    it("keeps codes, tokens and verifiers out of the log, debug or not (S11)", async () => {
      const { url, logs } = await startOAuth2({ config: { debug: true } })
      const agent = new UserAgent()
      const back = await goThere(agent, url)
      await agent.get(back.href)
      await agent.get(back.href)
      const text = JSON.stringify(logs)
      for (const secret of [back.searchParams.get("code"), idp.clientSecret])
        expect(text).to.not.include(String(secret))
    })

    it("survives a provider that has gone, before and after the user went there", async () => {
      const clientAuth = prepare === createOpenId ? "client_secret_basic" : "client_secret_post"
      const gone = await startOpenIdProvider({ clientAuth })
      const started = { create: await prepare(gone), close: async () => {} }
      const app = await start({ id: "it", start: async () => started })
      const agent = new UserAgent()
      const back = await goThere(agent, app.url)
      await gone.close()
      const page = await agent.followAll(await agent.get(back.href))
      expect(page.url).to.match(/\/auth\/error\?error=/)
      expect(page.status).to.be.within(500, 503)
      expect(textOf(page.body)).to.not.match(/ECONNREFUSED|fetch/)
      expect(await sessionOf(agent, app.url)).to.equal(null)
    })
  })
