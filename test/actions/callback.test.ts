import { expect } from "chai"
import Apple from "express-authjs/providers/apple"
import { cookiesOf, sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

const ada = { name: "Ada Lovelace" }

describe("coming back from a provider", () => {
  const { start, demo, keep } = useAuthApps()
  let plain: OAuthServer

  beforeEach(async () => {
    plain = await startOAuthServer()
    keep(plain)
  })

  it("leads a user who cancelled back to the sign-in page, with a message and the destination", async () => {
    const { url, logs } = await start()
    const agent = new UserAgent()
    const leaving = await startSignIn(agent, url, { callbackUrl: "/dashboard" })
    const page = await agent.followAll(await signInAtProvider(agent, leaving, { cancel: true }))
    const { pathname, searchParams } = new URL(page.url)
    expect([pathname, searchParams.get("error")]).to.deep.equal(["/auth/signin", "OAuthCallbackError"])
    expect(searchParams.get("callbackUrl")).to.equal(`${url}/dashboard`)
    expect(textOf(page.body)).to.include("You cancelled")
    expect(logs.filter(({ level }) => level === "error")).to.deep.equal([])
  })

  it("leads back to the sign-in page after another error of the provider's, and logs it", async () => {
    const { url, logs } = await start({ providers: [plain.provider] })
    plain.answers.callback = { error: "interaction_required", error_description: "<b>busy</b>" }
    const agent = new UserAgent()
    const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    expect(new URL(page.url).pathname).to.equal("/auth/signin")
    expect(page.body).to.not.include("busy")
    expect(textOf(page.body)).to.include("That did not work")
    expect(logs.filter(({ level }) => level === "error")).to.have.length(1)
  })

  it("lets a visitor who reloads the callback go on when signed in, without a second session", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await start({ adapter })
    const agent = new UserAgent()
    const back = await signIn(agent, url)
    const again = await agent.get(back.url)
    expect(redirectTarget(again)).to.equal(`${url}/`)
    expect(again.setCookies).to.deep.equal([])
    expect(adapter.rows.sessions.size).to.equal(1)
  })

  it("asks another browser with the callback's URL to start again", async () => {
    const adapter = createMemoryAdapter()
    const { url, logs } = await start({ adapter })
    const back = await signIn(new UserAgent(), url)
    const other = new UserAgent()
    const page = await other.followAll(await other.get(back.url))
    expect(page.status).to.equal(400)
    expect(textOf(page.body)).to.include("This sign-in has expired")
    expect(await sessionOf(other, url)).to.equal(null)
    expect(adapter.rows.sessions.size).to.equal(1)
    expect(logs).to.deep.equal([{ level: "warn", text: "Expired" }])
  })

  it("answers a code that is no longer taken as expired", async () => {
    const { url } = await start({ providers: [plain.provider] })
    plain.answers.token = { status: 400, body: { error: "invalid_grant" } }
    const agent = new UserAgent()
    const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    expect(page.status).to.equal(400)
    expect(textOf(page.body)).to.include("This sign-in has expired")
  })

  const brokenAnswers: Record<string, (answers: OAuthServer["answers"]) => void> = {
    "the token endpoint says 200 and an error": ({ token }) => {
      token.body = { error: "incorrect_client_credentials" }
    },
    "the token endpoint says 200 and an error beside a token": (answers) => {
      answers.token.body = { error: "bad", access_token: "", token_type: "bearer" }
    },
    "the token endpoint says 500": (answers) => {
      answers.token = { status: 500, body: "oops" }
    },
    "the token endpoint answers no JSON": (answers) => {
      answers.token.body = "access_token=x"
    },
    "the profile is empty": (answers) => {
      answers.userinfo = null
    },
    "the profile is a list": (answers) => {
      answers.userinfo = []
    },
  }
  for (const [what, breakIt] of Object.entries(brokenAnswers))
    it(`S6: makes no session and no row when ${what}`, async () => {
      const adapter = createMemoryAdapter()
      const profile = (found: { id: string; email: string }) => ({
        id: found.id.toString(),
        email: found.email,
      })
      const { url, logs } = await start({ adapter, providers: [{ ...plain.provider, profile } as never] })
      breakIt(plain.answers)
      const agent = new UserAgent()
      const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
      expect(page.url).to.include("error=")
      expect(await sessionOf(agent, url)).to.equal(null)
      const { users, accounts, sessions } = adapter.rows
      expect([users.size, accounts.size, sessions.size]).to.deep.equal([0, 0, 0])
      expect(logs.some(({ level }) => level === "error")).to.equal(true)
    })

  it("shows an id on the error page that is with the error in the log", async () => {
    const { url, logs } = await start({ providers: [plain.provider] })
    plain.answers.token = { status: 500, body: "oops" }
    const agent = new UserAgent()
    const page = await agent.followAll(await startSignIn(agent, url, { provider: "plain" }))
    expect(page.status).to.equal(503)
    const [, id] = /Error id ([0-9a-f]{10})/.exec(textOf(page.body)) ?? []
    expect(logs.map((line) => line.id)).to.deep.equal([id])
  })

  it("bounces a posted answer to GET by 303, which brings the cookies", async () => {
    const authorization = { params: { response_mode: "form_post" } }
    const { url } = await start({ providers: [demo({ authorization: authorization as never })] })
    const agent = new UserAgent()
    const leaving = await startSignIn(agent, url, { callbackUrl: "/dashboard" })
    expect(leaving.setCookies.join()).to.not.match(/SameSite=None/i)
    const posted = await signInAtProvider(agent, leaving, ada)
    expect([posted.method, posted.status]).to.deep.equal(["POST", 303])
    expect(posted.setCookies).to.deep.equal([])
    const done = await agent.follow(posted)
    expect(redirectTarget(done)).to.equal(`${url}/dashboard`)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
  })

  for (const [what, theirs, own] of [
    [
      "beside params of the app's own",
      { params: { response_mode: "form_post" } },
      { params: { prompt: "login" } },
    ],
    ["in the options", undefined, { params: { response_mode: "form_post" } }],
  ] as const)
    it(`finds response_mode=form_post ${what}`, async () => {
      const provider = {
        ...demo(),
        ...(theirs && { authorization: theirs }),
        options: { authorization: own },
      }
      const { url } = await start({ providers: [provider as never] })
      const agent = new UserAgent()
      const posted = await signInAtProvider(agent, await startSignIn(agent, url), ada)
      expect(redirectTarget(await agent.follow(posted))).to.equal(`${url}/`)
    })

  it("sends Apple's own parameters on as they came", async () => {
    const { url } = await start({ providers: [Apple({ clientId: "id", clientSecret: "secret" })] })
    const user = JSON.stringify({ name: { firstName: "Ada" } })
    const agent = new UserAgent()
    const posted = await agent.post(`${url}/auth/callback/apple`, { code: "c", state: "s", user }, crossSite)
    expect(posted.status).to.equal(303)
    expect(new URL(redirectTarget(posted) ?? "").searchParams.get("user")).to.equal(user)
  })

  it("signs in although the row of the session before is gone and the adapter throws at that", async () => {
    const adapter = createMemoryAdapter()
    adapter.deleteSession = async (token) => {
      if (!adapter.rows.sessions.delete(token)) throw new Error("Record to delete does not exist")
    }
    const { url } = await start({ adapter })
    const agent = new UserAgent()
    await signIn(agent, url)
    adapter.rows.sessions.clear()
    expect(redirectTarget(await signIn(agent, url))).to.equal(`${url}/`)
    expect(await sessionOf(agent, url)).to.not.equal(null)
  })

  it("sends new users to pages.newUser, with the destination; the next time straight there", async () => {
    const { url } = await start({ adapter: createMemoryAdapter(), pages: { newUser: "/welcome" } })
    const targets = []
    for (let n = 0; n < 2; n++)
      targets.push(redirectTarget(await signIn(new UserAgent(), url, { callbackUrl: "/dashboard" })))
    const welcome = `${url}/welcome?callbackUrl=${encodeURIComponent(`${url}/dashboard`)}`
    expect(targets).to.deep.equal([welcome, `${url}/dashboard`])
  })

  for (const [returned, location] of [
    [false, "/auth/error?error=AccessDenied"],
    ["/unauthorized?why=1", "/unauthorized?why=1"],
    ["https://evil.example/", "/"],
    ["//evil.example/", "/"],
  ] as const)
    it(`goes to ${location} when callbacks.signIn returns ${JSON.stringify(returned)}, without a session`, async () => {
      const { url, logs } = await start({ callbacks: { signIn: () => returned } })
      const agent = new UserAgent()
      expect(redirectTarget(await signIn(agent, url))).to.equal(url + location)
      expect(await sessionOf(agent, url)).to.equal(null)
      expect(logs).to.deep.equal(returned === false ? [{ level: "warn", text: "AccessDenied" }] : [])
    })

  it("denies access and logs the reason when callbacks.signIn throws", async () => {
    const signInCallback = () => {
      throw new Error("The directory is down")
    }
    const { url, logs } = await start({ callbacks: { signIn: signInCallback } })
    const target = redirectTarget(await signIn(new UserAgent(), url))
    expect(target).to.match(/\/auth\/error\?error=AccessDenied&id=\w+$/)
    expect(logs.filter(({ level }) => level === "error")).to.have.length(1)
  })

  it("answers 503 and starts no session when the database is down, and logs it once", async () => {
    const adapter = createMemoryAdapter()
    adapter.createSession = () => Promise.reject(new Error("connection refused"))
    const { url, logs } = await start({ adapter })
    const agent = new UserAgent()
    const page = await agent.followAll(await signIn(agent, url))
    expect(page.status).to.equal(503)
    expect(await sessionOf(agent, url)).to.equal(null)
    expect(logs.filter(({ level }) => level === "error")).to.have.length(1)
  })

  it("refuses an account whose address belongs to another user", async () => {
    const adapter = createMemoryAdapter()
    await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    const { url } = await start({ adapter })
    const agent = new UserAgent()
    const page = await agent.followAll(await signIn(agent, url))
    expect(new URL(page.url).searchParams.get("error")).to.equal("OAuthAccountNotLinked")
    expect(textOf(page.body)).to.include("signed in another way before")
    expect(adapter.rows.sessions.size).to.equal(0)
  })

  it("does not use anything up on HEAD", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const leaving = await startSignIn(agent, url)
    const before = await cookiesOf(agent, `${url}/auth/callback/demo`)
    const state = new URL(redirectTarget(leaving) ?? "").searchParams.get("state")
    const cookie = await agent.cookies.getCookieString(`${url}/auth/callback/demo`)
    const head = await fetch(`${url}/auth/callback/demo?state=${state}&code=x`, {
      method: "HEAD",
      headers: { cookie },
    })
    expect([head.status, head.headers.getSetCookie()]).to.deep.equal([200, []])
    expect(await cookiesOf(agent, `${url}/auth/callback/demo`)).to.deep.equal(before)
  })
})

const crossSite = { "sec-fetch-site": "cross-site", origin: "https://appleid.apple.com" }
