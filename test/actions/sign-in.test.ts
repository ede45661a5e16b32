import { expect } from "chai"
import express from "express"
import Credentials from "express-authjs/providers/credentials"
import { csrfOf, sessionOf, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { expressVersions } from "../support/listen.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

const passwords = (id = "1") =>
  Credentials({
    credentials: { username: {}, password: {} },
    authorize: ({ username, password }) =>
      password === "right" ? { id, name: String(username), email: `${username}@example.com` } : null,
  })

describe("GET signin/:provider", () => {
  const { start } = useAuthApps()

  it("shows one button, and leads nowhere by itself", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin/demo?callbackUrl=/dashboard`)
    expect([page.status, redirectTarget(page)]).to.deep.equal([200, undefined])
    const back = await signInAtProvider(agent, await agent.submit(page), { name: "Ada Lovelace" })
    expect(redirectTarget(back)).to.equal(`${url}/dashboard`)
  })

  it("answers 404 for a provider that is not there", async () => {
    const { url } = await start()
    expect((await new UserAgent().get(`${url}/auth/signin/nobody`)).status).to.equal(404)
  })
})

describe("POST signin/:provider", () => {
  const { start, idp, demo } = useAuthApps()

  it("S26: lets login_hint, prompt, ui_locales and screen_hint through, and nothing else", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    const evil = new URLSearchParams({
      ...{ client_id: "evil", redirect_uri: "https://evil.example", scope: "admin", state: "x", nonce: "n" },
      ...{
        response_type: "token",
        response_mode: "fragment",
        code_challenge: "c",
        code_challenge_method: "plain",
      },
      ...{
        request: "r",
        request_uri: "https://evil.example",
        acr_values: "0",
        claims: "{}",
        audience: "evil",
      },
      ...{ login_hint: "ada", prompt: "login", ui_locales: "de", screen_hint: "signup", callbackUrl: "/x" },
    })
    const plain = new URL(redirectTarget(await agent.post(`${url}/auth/signin/demo`, { csrfToken })) ?? "")
    const leaving = await agent.post(`${url}/auth/signin/demo?${evil}`, { csrfToken })
    const { origin, searchParams } = new URL(redirectTarget(leaving) ?? "")
    expect(origin).to.equal(idp().issuer)
    const added = [...searchParams].filter(([name]) => !plain.searchParams.has(name))
    expect(Object.fromEntries(added)).to.deep.equal({
      ...{ login_hint: "ada", prompt: "login", ui_locales: "de", screen_hint: "signup" },
    })
    for (const name of ["client_id", "redirect_uri", "scope", "response_type", "code_challenge_method"])
      expect(searchParams.getAll(name)).to.deep.equal(plain.searchParams.getAll(name))
  })

  it("S26: takes nothing for the provider from the form", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    const form = {
      csrfToken,
      client_id: "evil",
      redirect_uri: "https://evil.example",
      scope: "admin",
      prompt: "none",
    }
    const { searchParams } = new URL(redirectTarget(await agent.post(`${url}/auth/signin/demo`, form)) ?? "")
    expect([searchParams.get("client_id"), searchParams.get("scope")]).to.deep.equal([
      idp().clientId,
      "openid profile email",
    ])
    expect([searchParams.get("redirect_uri"), searchParams.has("prompt")]).to.deep.equal([
      `${url}/auth/callback/demo`,
      false,
    ])
  })

  it("adds state and PKCE to a provider that asks for none of them by itself", async () => {
    const { url } = await start({ providers: [demo({ checks: [] as never })] })
    const { searchParams } = new URL(redirectTarget(await startSignIn(new UserAgent(), url)) ?? "")
    expect(searchParams.get("state")).to.be.a("string")
  })

  it("answers a browser with 200 and Refresh, scripts and other clients with 302 or JSON", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const page = await startSignIn(agent, url)
    expect(page.status).to.equal(200)
    expect(page.headers.get("refresh")).to.match(/^0;url=http:\/\/127\.0\.0\.1/)
    const client = new UserAgent({ navigate: false })
    const csrfToken = await csrfOf(client, url)
    expect((await client.post(`${url}/auth/signin/demo`, { csrfToken })).status).to.equal(302)
    const asked = await client.post(
      `${url}/auth/signin/demo`,
      { csrfToken },
      { "x-auth-return-redirect": "1" },
    )
    expect(asked.status).to.equal(200)
    expect(new URL(JSON.parse(asked.body).url).origin).to.equal(idp().issuer)
    expect(asked.setCookies.join()).to.include("authjs.state.")
  })

  it("shows the sign-in page when no provider is named", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const answer = await agent.post(`${url}/auth/signin`, {
      csrfToken: await csrfOf(agent, url),
      callbackUrl: "/x",
    })
    expect(redirectTarget(answer)).to.equal(
      `${url}/auth/signin?callbackUrl=${encodeURIComponent(`${url}/x`)}`,
    )
  })

  it("shows the error page, and logs, when the provider cannot be reached", async () => {
    const { url, logs } = await start({ providers: [demo({ issuer: "http://127.0.0.1:9/nobody" })] })
    const agent = new UserAgent()
    const page = await agent.followAll(await startSignIn(agent, url))
    expect(page.status).to.equal(500)
    expect(textOf(page.body)).to.include("Sign-in is not working")
    expect(logs.filter(({ level }) => level === "error")).to.have.length(1)
  })
})

describe("sign-in with credentials", () => {
  const { start } = useAuthApps()

  for (const strategy of ["jwt", "database"] as const)
    it(`goes in, stays in and goes out (${strategy})`, async () => {
      const adapter = createMemoryAdapter()
      await adapter.createUser({ id: "1", name: "ada", email: "ada@example.com", emailVerified: null })
      const { url } = await start({ providers: [passwords()], adapter, session: { strategy } })
      const agent = new UserAgent()
      const page = await agent.get(`${url}/auth/signin?callbackUrl=/home`)
      const answer = await agent.submit(page, { fields: { username: "ada", password: "right" } })
      expect(redirectTarget(answer)).to.equal(`${url}/home`)
      const session = await sessionOf(agent, url)
      expect(session?.user).to.include({ id: "1", name: "ada", email: "ada@example.com" })
      expect(adapter.rows.sessions.size).to.equal(strategy === "database" ? 1 : 0)
      await agent.submit(await agent.get(`${url}/auth/signout`))
      expect(await sessionOf(agent, url)).to.equal(null)
      expect(adapter.rows.sessions.size).to.equal(0)
    })

  it("says no on the sign-in page, without saying what was wrong", async () => {
    const { url, logs } = await start({ providers: [passwords()] })
    const agent = new UserAgent()
    const answers = []
    for (const username of ["ada", "nobody"]) {
      const page = await agent.get(`${url}/auth/signin`)
      const answer = await agent.submit(page, { fields: { username, password: "wrong" } })
      answers.push([answer.status, redirectTarget(answer)])
    }
    const target = `${url}/auth/signin?error=CredentialsSignin&code=credentials`
    expect(answers).to.deep.equal([
      [302, target],
      [302, target],
    ])
    expect(textOf((await agent.get(target)).body)).to.include("Those details do not match")
    expect(logs).to.deep.equal([])
  })

  it("answers 401 to a JSON client that was wrong", async () => {
    const { url } = await start({ providers: [passwords()] })
    const client = new UserAgent({ navigate: false, headers: { accept: "application/json" } })
    const form = { csrfToken: await csrfOf(client, url), username: "ada", password: "wrong" }
    const answer = await client.post(`${url}/auth/callback/credentials`, form)
    expect([answer.status, answer.headers.get("content-type")]).to.deep.equal([
      401,
      "application/problem+json",
    ])
    expect(JSON.parse(answer.body)).to.include({ title: "CredentialsSignin", code: "credentials" })
  })

  it("refuses database sessions for a user the database does not know", async () => {
    const adapter = createMemoryAdapter()
    const { url, logs } = await start({ providers: [passwords("stranger")], adapter })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const answer = await agent.submit(page, { fields: { username: "ada", password: "right" } })
    expect(redirectTarget(answer)).to.include("/auth/error?error=Configuration")
    expect(adapter.rows.sessions.size).to.equal(0)
    expect(JSON.stringify(logs.map(({ error }) => (error as Error).cause))).to.include(
      "ERR_AUTH_AUTHORIZE_ID",
    )
  })

  it("answers 503 when the row of the session cannot be made", async () => {
    const adapter = createMemoryAdapter()
    await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    adapter.createSession = () => Promise.reject(new Error("connection refused"))
    const { url } = await start({ providers: [passwords()], adapter })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const answer = await agent.followAll(
      await agent.submit(page, { fields: { username: "a", password: "right" } }),
    )
    expect(answer.status).to.equal(503)
    expect(await sessionOf(agent, url)).to.equal(null)
  })

  it("gives authorize() the fields and a request, as Auth.js does", async () => {
    let given: unknown[] = []
    const authorize = (fields: object, request: Request) => {
      given = [fields, request.method, request.headers.get("user-agent"), request.headers.get("cookie") ?? ""]
      return { id: "1" }
    }
    const { url } = await start({ providers: [Credentials({ credentials: { username: {} }, authorize })] })
    const agent = new UserAgent({ headers: { "user-agent": "test" } })
    const csrfToken = await csrfOf(agent, url)
    await agent.post(`${url}/auth/callback/credentials`, { csrfToken, username: "ada", tags: ["a", "b"] })
    expect(given.slice(0, 3)).to.deep.equal([
      { csrfToken, username: "ada", tags: ["a", "b"] },
      "POST",
      "test",
    ])
    expect(given[3]).to.not.include("csrf").and.not.include("session")
  })

  it("S21: takes no object for a field of its form", async () => {
    let asked = 0
    const authorize = () => {
      asked++
      return null
    }
    const provider = Credentials({ credentials: { username: {}, password: {} }, authorize })
    const before = (app: express.Express) => void app.use(express.urlencoded({ extended: true }))
    const { url } = await start({ providers: [provider] }, { before })
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    for (const form of [{ "password[$ne]": "" }, { "username[0][$gt]": "x" }])
      expect(
        (await agent.post(`${url}/auth/callback/credentials`, { csrfToken, ...form } as never)).status,
      ).to.equal(400)
    expect(asked).to.equal(0)
  })
})

for (const [version, app] of expressVersions)
  describe(`auth.signIn() on ${version}`, () => {
    const { start, idp } = useAuthApps()
    const crashes: unknown[] = []
    const crash = (reason: unknown) => void crashes.push(reason)

    before(() => process.on("unhandledRejection", crash))
    after(() => process.off("unhandledRejection", crash))
    afterEach(() => expect(crashes.splice(0)).to.deep.equal([]))

    const routes = (server: express.Express, auth: Awaited<ReturnType<typeof start>>["auth"]) => {
      const authorizationParams = {
        ...{
          prompt: "login",
          scope: "openid",
          max_age: "0",
          client_id: "evil",
          redirect_uri: "https://evil.example",
        },
        ...{ state: "x", nonce: "x", code_challenge: "x", response_mode: "fragment", response_type: "token" },
      }
      server.all("/go", (req, res) =>
        auth.signIn(req, res, "demo", { redirectTo: "/home", authorizationParams }),
      )
      server.post("/login", (req, res) => auth.signIn(req, res, "credentials", { redirectTo: "/home" }))
      server.post("/nobody", (req, res) => auth.signIn(req, res, "nobody"))
      server.post("/choose", (req, res) => auth.signIn(req, res))
      server.get("/session", async (req, res) => void res.json(await auth.getSession(req, res)))
      server.post("/away", (req, res) =>
        auth.signIn(req, res, "demo", { redirectTo: "https://evil.example/" }),
      )
    }

    it("adds the app's parameters to the request, but never those that make it ours", async () => {
      const { url } = await start({}, { express: app, routes })
      const agent = new UserAgent()
      const leaving = await agent.post(`${url}/go`)
      const { searchParams } = new URL(redirectTarget(leaving) ?? "")
      const said = [
        "prompt",
        "scope",
        "max_age",
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
      ]
      expect(said.map((name) => searchParams.get(name))).to.deep.equal([
        ...["login", "openid", "0", idp().clientId, `${url}/auth/callback/demo`, "code", null],
      ])
      expect(["state", "code_challenge"].map((name) => searchParams.get(name))).to.not.include("x")
      const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
      expect(redirectTarget(back)).to.equal(`${url}/home`)
    })

    it("signs in with credentials from the app's own form, without a token", async () => {
      const { url } = await start({ providers: [passwords()] }, { express: app, routes })
      const agent = new UserAgent()
      const done = await agent.post(`${url}/login`, { username: "ada", password: "right" })
      expect(redirectTarget(done)).to.equal(`${url}/home`)
      expect((await sessionOf(agent, url))?.user.name).to.equal("ada")
    })

    it("S19: is refused on GET, and for another site", async () => {
      const { url } = await start({ providers: [passwords()] }, { express: app, routes })
      const json = new UserAgent({ navigate: false })
      expect((await json.get(`${url}/go`)).status).to.equal(405)
      const form = { username: "eve", password: "right" }
      for (const headers of [
        { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
        { "sec-fetch-site": "same-site", origin: "http://sub.localhost" },
        { "sec-fetch-site": "cross-site", origin: "null" },
      ]) {
        const agent = new UserAgent()
        const answer = await agent.post(`${url}/login`, form, headers)
        expect(answer.status).to.equal(403)
        expect(answer.setCookies.join()).to.not.include("session-token")
      }
      const old = await json.post(`${url}/login`, form, { origin: "https://evil.example" })
      expect(old.status).to.equal(403)
    })

    it("answers an unknown provider with 404, and none with the sign-in page", async () => {
      const { url } = await start({}, { express: app, routes })
      const agent = new UserAgent()
      expect((await agent.post(`${url}/nobody`)).status).to.equal(404)
      const target = redirectTarget(await agent.post(`${url}/choose`, { callbackUrl: "/x" }))
      expect(target).to.equal(`${url}/auth/signin?callbackUrl=${encodeURIComponent(`${url}/x`)}`)
    })

    it("S7: keeps redirectTo on our origin", async () => {
      const { url } = await start({}, { express: app, routes })
      const agent = new UserAgent()
      const back = await signInAtProvider(agent, await agent.post(`${url}/away`), { name: "Ada Lovelace" })
      expect(redirectTarget(back)).to.equal(`${url}/`)
    })

    it("S2: answers a malformed Host with 400, and the process lives", async () => {
      const { url } = await start({ providers: [passwords()] }, { express: app, routes })
      const client = new UserAgent({ navigate: false })
      for (const host of ["a b", "evil.example/x", "x@y", "%00"]) {
        const answer = await client.post(`${url}/login`, { username: "ada", password: "right" }, { host })
        expect(answer.status, host).to.equal(400)
        expect((await client.get(`${url}/session`, { host })).body).to.equal("null")
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    })
  })
