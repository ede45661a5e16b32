import { expect } from "chai"
import { PassportProvider } from "express-authjs/passport"
import express4 from "express4"
import * as openid from "openid-client"
import { Strategy as OpenIdStrategy } from "openid-client/passport"
import { Strategy as LocalStrategy } from "passport-local"
import OAuth2Strategy from "passport-oauth2"
import { cookiesOf, sessionOf, signIn, startSignIn, UserAgent, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, type Visit } from "../support/user-agent.js"

type Done = (error: unknown, user?: object | false, info?: { message: string }) => void

const people = [
  { id: "7", username: "ada", password: "lovelace", name: "Ada Lovelace", email: "ada@example.com" },
]

function verify(username: string, password: string, done: Done) {
  const found = people.find((one) => one.username === username)
  if (username === "broken") return done(new Error("The directory is down"))
  if (!found) return done(null, false, { message: `No user is called ${username}.` })
  return done(null, found.password === password ? found : false, { message: "Wrong password." })
}

const local = (options = {}) =>
  PassportProvider({ id: "local", name: "Acme", strategy: new LocalStrategy(verify), ...options })

function typeIn(agent: UserAgent, page: Visit, fields: Record<string, string>): Promise<Visit> {
  return agent.submit(page, { formAction: /\/local$/, fields })
}

describe("PassportProvider", () => {
  const { start, idp } = useAuthApps()

  function oauth2(options: Partial<OAuth2Strategy.StrategyOptions> = {}) {
    const { issuer, clientId, clientSecret } = idp()
    const strategy = new OAuth2Strategy(
      {
        ...{ authorizationURL: `${issuer}/auth`, tokenURL: `${issuer}/token` },
        ...{ clientID: clientId, clientSecret, callbackURL: "", scope: ["openid", "profile", "email"] },
        ...options,
      },
      ((accessToken: string, _refresh: string, _profile: unknown, done: Done) =>
        void fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } })
          .then((response) => response.json())
          .then((claims) => done(null, claims), done)) as never,
    )
    return PassportProvider({ id: "demo", name: "Demo", strategy })
  }

  for (const [name, express] of [
    ["4", express4],
    ["5", undefined],
  ] as const)
    describe(`a strategy that reads a form, on Express ${name}`, () => {
      const at = express ? { express } : {}

      it("signs in with what was typed on the sign-in page, and makes user and account", async () => {
        const adapter = createMemoryAdapter()
        const { url } = await start({ providers: [local()], adapter }, at)
        const agent = new UserAgent()
        const page = await agent.get(`${url}/auth/signin?callbackUrl=/after`)
        const answer = await typeIn(agent, page, { username: "ada", password: "lovelace" })
        expect(redirectTarget(answer)).to.equal(`${url}/after`)
        const session = await sessionOf(agent, url)
        expect(session?.user).to.include({ name: "Ada Lovelace", email: "ada@example.com" })
        const [account] = [...adapter.rows.accounts.values()]
        expect(account).to.include({ provider: "local", providerAccountId: "7", type: "oauth" })
        expect(account).to.not.have.any.keys("access_token", "token_type")
        expect(adapter.rows.users.size).to.equal(1)
      })

      it("shows the strategy's message, and keeps the input except the password", async () => {
        const { url } = await start({ providers: [local()] }, at)
        const agent = new UserAgent()
        const answer = await typeIn(agent, await agent.get(`${url}/auth/signin`), {
          username: "ada",
          password: "wrong",
        })
        expect(redirectTarget(answer)).to.contain("error=CredentialsSignin&code=credentials")
        const page = await agent.follow(answer)
        expect(textOf(page.body)).to.contain("Wrong password.")
        expect(page.body).to.contain('value="ada"').and.not.contain("wrong")
        expect(await sessionOf(agent, url)).to.equal(null)
      })
    })

  it("limits failed attempts as those with credentials, and counts each once", async () => {
    const { url } = await start({
      providers: [local()],
      limits: { nameFromClient: { limit: 3, window: 60 } },
    })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const type = async (password: string) => (await typeIn(agent, page, { username: "ada", password })).status
    const guesses = ["wrong", "wrong", "lovelace", "wrong", "wrong", "wrong", "lovelace"]
    const statuses = []
    for (const password of guesses) statuses.push(await type(password))
    expect(statuses).to.deep.equal([302, 302, 302, 302, 429, 429, 429])
  })

  it("keeps the ids of the app's own users without a database", async () => {
    const { url } = await start({ providers: [local({ ownUsers: true })] })
    const agent = new UserAgent()
    await typeIn(agent, await agent.get(`${url}/auth/signin`), { username: "ada", password: "lovelace" })
    expect((await sessionOf(agent, url))?.user.id).to.equal("7")
  })

  it("gives the app's own users their sessions, and makes none, though their addresses are taken", async () => {
    const adapter = createMemoryAdapter()
    const made = await adapter.createUser({ id: "7", email: "ada@example.com", emailVerified: null })
    people.push({ ...people[0], id: made.id, username: "own" } as (typeof people)[number])
    for (const strategy of ["jwt", "database"] as const) {
      const { url } = await start({ providers: [local({ ownUsers: true })], adapter, session: { strategy } })
      const agent = new UserAgent()
      await typeIn(agent, await agent.get(`${url}/auth/signin`), { username: "own", password: "lovelace" })
      expect((await sessionOf(agent, url))?.user.id, strategy).to.equal(made.id)
    }
    expect(adapter.rows.users.size).to.equal(1)
    expect(adapter.rows.accounts.size).to.equal(1)
    people.pop()
  })

  it("is an error page and a line in the log where the strategy fails", async () => {
    const app = await start({ providers: [local()] })
    const agent = new UserAgent()
    const page = await agent.get(`${app.url}/auth/signin`)
    const answer = await typeIn(agent, page, { username: "broken", password: "x" })
    expect(redirectTarget(answer)).to.contain("/auth/error?error=Configuration")
    expect(app.logs.map(({ text }) => text)).to.include("Error: The directory is down")
  })

  it("asks for a CSRF token", async () => {
    const { url } = await start({ providers: [local()] })
    const answer = await new UserAgent().post(`${url}/auth/signin/local`, {
      username: "ada",
      password: "lovelace",
    })
    expect(answer.status).to.equal(403)
  })

  it("answers 401 to a JSON client", async () => {
    const { url } = await start({ providers: [local()] })
    const agent = new UserAgent({ navigate: false, headers: { accept: "application/json" } })
    const { csrfToken } = JSON.parse((await agent.get(`${url}/auth/csrf`)).body)
    const form = { csrfToken, username: "ada", password: "wrong" }
    const answer = await agent.post(`${url}/auth/signin/local`, form, { origin: new URL(url).origin })
    expect(answer.status).to.equal(401)
    expect(JSON.parse(answer.body)).to.include({ code: "credentials" })
  })

  for (const [name, options] of [
    ["without a state of its own", {}],
    ["with its own state in the session", { state: true }],
    ["with PKCE", { state: true, pkce: true }],
  ] as const)
    it(`signs in with passport-oauth2 ${name}`, async () => {
      const adapter = createMemoryAdapter()
      const { url } = await start({
        ...{ providers: [oauth2(options as object)], adapter, session: { strategy: "database" } },
      })
      const agent = new UserAgent()
      const answer = await signIn(agent, url, { callbackUrl: "/after" })
      expect(redirectTarget(answer)).to.equal(`${url}/after`)
      expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
      expect(adapter.rows.accounts.size).to.equal(1)
      const cookies = Object.keys(await cookiesOf(agent, `${url}/auth/callback/demo`))
      expect(cookies.filter((one) => one.includes("state"))).to.deep.equal([])
    })

  it("signs in with openid-client's strategy", async () => {
    const { issuer, clientId, clientSecret } = idp()
    const config = await openid.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      execute: [openid.allowInsecureRequests],
    })
    const strategy = new OpenIdStrategy({ config, scope: "openid profile email" }, (tokens, done) =>
      done(null, tokens.claims() as never),
    )
    const app = await start({ providers: [PassportProvider({ id: "demo", strategy })] })
    const agent = new UserAgent()
    await signIn(agent, app.url)
    expect((await sessionOf(agent, app.url))?.user.email, JSON.stringify(app.logs)).to.be.a("string")
  })

  it("comes back to the sign-in page, with a sentence, when the user cancels", async () => {
    const { url } = await start({ providers: [oauth2()] })
    const agent = new UserAgent()
    const answer = await signInAtProvider(agent, await startSignIn(agent, url), { cancel: true })
    expect(redirectTarget(answer)).to.contain("error=OAuthCallbackError&code=access_denied")
    expect(textOf((await agent.follow(answer)).body)).to.contain("You cancelled")
  })

  it("refuses a callback that this browser has not started, and one that is repeated", async () => {
    const { url } = await start({ providers: [oauth2()] })
    const attacker = new UserAgent()
    const there = await startSignIn(attacker, url)
    const answer = await signInAtProvider(attacker, there, { name: "Mallory" })
    const victim = new UserAgent()
    const refused = await victim.get(answer.url)
    expect(redirectTarget(refused)).to.contain("error=Expired")
    expect(await sessionOf(victim, url)).to.equal(null)
  })

  it("refuses a callback whose flow cookie was kept and is sent again", async () => {
    const { url } = await start({ providers: [oauth2()] })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const there = await agent.submit(page, { formAction: /\/demo$/ })
    const held = await cookiesOf(agent, `${url}/auth/callback/demo`)
    const back = await signInAtProvider(agent, there, { name: "Ada" })
    const again = new UserAgent({ headers: { cookie: toCookieHeader(held) } })
    expect(redirectTarget(await again.get(back.url))).to.contain("error=Expired")
  })

  it("lets two tabs finish out of order, each at its own destination", async () => {
    const { url } = await start({ providers: [oauth2()] })
    const agent = new UserAgent()
    const first = await startSignIn(agent, url, { callbackUrl: "/first" })
    const second = await startSignIn(agent, url, { callbackUrl: "/second" })
    const back = await signInAtProvider(agent, second, { name: "Ada" })
    expect(redirectTarget(back)).to.equal(`${url}/second`)
    expect(redirectTarget(await signInAtProvider(agent, first, { name: "Ada" }))).to.equal(`${url}/first`)
  })

  it("does not take what a visitor puts into the address of the sign-in for the provider's answer", async () => {
    const { url } = await start({ providers: [oauth2()] })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const posted = {
      ...page,
      body: page.body.replace("/auth/signin/demo", "/auth/signin/demo?code=stolen&state=x"),
    }
    const answer = await agent.submit(posted, { formAction: /code=stolen/ })
    expect(redirectTarget(answer)).to.match(new RegExp(`^${idp().issuer}/auth\\?`))
  })
})

function toCookieHeader(cookies: Record<string, string>): string {
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ")
}
