import { expect } from "chai"
import type { Express, Request } from "express"
import type { ExpressAuthHandler } from "express-authjs"
import { PassportProvider, type PassportProviderOptions } from "express-authjs/passport"
import { runStrategy } from "../../lib/passport/run-strategy.js"
import { cookiesOf, csrfOf, sessionOf, startSignIn, UserAgent, useAuthApps } from "../support/auth-apps.js"
import { configErrorOf } from "../support/config-error.js"
import { textOf } from "../support/html-form.js"
import { redirectTarget, type Visit } from "../support/user-agent.js"

/** What `passport.authenticate()` puts on a strategy. */
interface Actions {
  success(user: unknown, info?: unknown): void
  fail(challenge?: unknown, status?: number): void
  redirect(url: string): void
  pass(): void
  error(error: unknown): void
}

type Act = (this: Actions, req: Request & { session: Record<string, unknown> }, options: object) => unknown

const ada = {
  id: 7,
  displayName: "Ada",
  emails: [{ value: "ada@example.com" }],
  photos: [{ value: "/a.png" }],
}

/** A provider that has only what the site sends back, as OpenID 2.0 and CAS have. */
const home = "https://home.example"

describe("runStrategy()", () => {
  const { start } = useAuthApps()

  function strategyOf(authenticate: Act) {
    return { name: "own", authenticate: authenticate as (req: unknown) => unknown }
  }

  /** Signs in by one POST of a form. */
  async function signInBy(authenticate: Act, more: Partial<PassportProviderOptions> = {}) {
    const strategy = strategyOf(authenticate)
    const provider = PassportProvider({ id: "own", strategy, fields: { name: {} }, ...more })
    const app = await start({ providers: [provider] })
    const agent = new UserAgent()
    const page = await agent.get(`${app.url}/auth/signin`)
    const answer = await agent.submit(page, { formAction: /\/own$/, fields: { name: "ada" } })
    return { ...app, agent, answer, session: await sessionOf(agent, app.url) }
  }

  /** Leaves for the provider's site. */
  async function leaveBy(authenticate: Act) {
    const app = await start({
      providers: [PassportProvider({ id: "own", strategy: strategyOf(authenticate) })],
    })
    const agent = new UserAgent()
    return {
      ...app,
      agent,
      answer: await startSignIn(agent, app.url, { provider: "own", callbackUrl: "/after" }),
    }
  }

  it("reads a profile in Passport's normal form", async () => {
    const { session } = await signInBy(function () {
      this.success(ada)
    })
    expect(session?.user).to.include({ name: "Ada", email: "ada@example.com", image: "/a.png" })
  })

  it("hands the strategy the form, its options, the callback's address, and a session", async () => {
    const seen: unknown[] = []
    const { url, session } = await signInBy(
      function (req, options) {
        const { method, originalUrl, protocol, query, body, session } = req
        seen.push({ method, originalUrl, protocol, query, body, host: req.get("host"), options })
        expect(Object.keys(session)).to.deep.equal([])
        this.success(ada)
      },
      { options: { scope: ["email"] } },
    )
    expect(session).to.not.equal(null)
    const { host } = new URL(url)
    const [request] = seen as [{ body: object }]
    expect(request.body).to.include({ name: "ada" })
    expect({ ...request, body: {} }).to.deep.equal({
      ...{ method: "POST", originalUrl: "/auth/callback/own", protocol: "http", query: {}, body: {}, host },
      options: { scope: ["email"], callbackURL: `${url}/auth/callback/own` },
    })
  })

  it("S26: lets a visitor's address choose only what the app's options leave open", async () => {
    const seen: object[] = []
    const strategy = strategyOf(function (_req, options) {
      seen.push(options)
      this.redirect(`${home}/?response_type=code`)
    })
    const options = { prompt: "consent", loginHint: "app" }
    const routes = (app: Express, auth: ExpressAuthHandler) => {
      app.post("/go", (req, res, next) => {
        auth.signIn(req, res, "own", { authorizationParams: { prompt: "login" } }).catch(next)
      })
    }
    const app = await start({ providers: [PassportProvider({ id: "own", strategy, options })] }, { routes })
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, app.url)
    const address = `${app.url}/auth/signin/own?prompt=none&login_hint=evil&ui_locales=de&scope=admin`
    await agent.post(address, { csrfToken, prompt: "none" })
    await agent.post(`${app.url}/go`)
    const callbackURL = `${app.url}/auth/callback/own`
    expect(seen).to.deep.equal([
      { ...options, ui_locales: "de", callbackURL },
      { ...options, prompt: "login", callbackURL },
    ])
  })

  for (const [name, act, text] of [
    ["done(null, false, { message })", (s: Actions) => s.fail({ message: "No such user." }), "No such user."],
    ["done(null, false, { msg })", (s: Actions) => s.fail({ msg: "No such user." }), "No such user."],
    ["done(null, false, text)", (s: Actions) => s.fail("No such user."), "No such user."],
    ["a message in an object", (s: Actions) => s.fail({ message: { msg: "Locked." } }), "Locked."],
    ["a list of messages", (s: Actions) => s.fail([{ msg: "Too short." }, "Empty."]), "Too short. Empty."],
    ["a scheme for a client", (s: Actions) => s.fail("Bearer"), "Those details do not match."],
    ["an error", (s: Actions) => s.fail(new Error("ECONNREFUSED")), "Those details do not match."],
    ["fail() without a word", (s: Actions) => s.fail(), "Those details do not match."],
    [
      "a challenge for a client, which is not for people",
      (s: Actions) => s.fail('Basic realm="x"', 401),
      "Those details do not match.",
    ],
    ["pass()", (s: Actions) => s.pass(), "Those details do not match."],
    ["success() without a user", (s: Actions) => s.success(null), "Those details do not match."],
    ["HTML in a message, as text", (s: Actions) => s.fail({ message: "<b>no</b>" }), "<b>no</b>"],
  ] as const)
    it(`starts no session and shows the reason after ${name}`, async () => {
      const { agent, answer, session } = await signInBy(function () {
        act(this)
      })
      expect(session).to.equal(null)
      const page = await agent.follow(answer)
      expect(textOf(page.body)).to.contain(text)
      expect(page.body).to.not.contain("<b>no")
    })

  for (const said of [
    "Your account is locked.",
    { msg: "Your account is locked." },
    [{ message: "Your account" }, "is locked."],
  ])
    it(`shows what a verify function tells req.flash(): ${JSON.stringify(said)}`, async () => {
      const { agent, answer } = await signInBy(function (req) {
        const flash = (req as unknown as { flash(type: string, said: unknown): unknown }).flash
        this.fail(flash("error", said))
      })
      expect(textOf((await agent.follow(answer)).body)).to.contain("Your account is locked.")
    })

  for (const [name, act, message] of [
    ["calls error()", (s: Actions) => s.error(new Error("boom")), "boom"],
    [
      "throws",
      () => {
        throw new Error("boom")
      },
      "boom",
    ],
    [
      "rejects",
      async () => {
        throw new Error("boom")
      },
      "boom",
    ],
    ["returns a user without an id", (s: Actions) => s.success({ name: "Ada" }), "has no `id`"],
    ["returns the id 'undefined'", (s: Actions) => s.success({ id: "undefined" }), 'the `id` "undefined"'],
    ["returns a user whose id is an object", (s: Actions) => s.success({ id: {} }), "an `id` of type object"],
    ["passes a string to done()", (s: Actions) => s.success("ada"), "expected an object"],
    [
      "redirects to a javascript: URL",
      (s: Actions) => s.redirect("javascript:alert(1)"),
      "expected an http: or https: URL",
    ],
  ] as [string, (s: Actions) => unknown, string][])
    it(`starts no session, shows the error page and logs the reason when a strategy ${name}`, async () => {
      const { answer, session, logs } = await signInBy(function () {
        return act(this)
      })
      expect(session).to.equal(null)
      expect(redirectTarget(answer)).to.contain("/auth/error?error=Configuration")
      expect(logs.map(({ text }) => text).join()).to.contain(message)
    })

  it("is an error with status 503 for a strategy that reports no outcome", async () => {
    const step = {
      req: {} as Request,
      callbackUrl: home,
      method: "GET",
      query: {},
      body: {},
      params: {},
      hints: {},
      session: {},
    } as const
    const strategy = strategyOf(() => undefined)
    const error = await runStrategy(step, { strategy, options: {}, patience: 1 }).catch((thrown) => thrown)
    expect(error).to.include({ code: "ERR_AUTH_PROVIDER_UNAVAILABLE", status: 503 })
    expect(error.message).to.contain('"own"')
  })

  it("keeps the session of a strategy from its start to its end, and in no other sign-in", async () => {
    const { url, agent, answer } = await leaveBy(function (req) {
      if (!req.query.code) {
        req.session.secret = "kept"
        return this.redirect(`${home}/?response_type=code`)
      }
      return req.session.secret === "kept" ? this.success(ada) : this.fail()
    })
    const there = new URL(redirectTarget(answer) ?? "")
    const state = there.searchParams.get("state")
    expect(state).to.match(/^[\w-]{32}$/)
    const cookies = JSON.stringify(await cookiesOf(agent, `${url}/auth/callback/own`))
    expect(cookies).to.not.contain("kept")
    const back = await agent.get(`${url}/auth/callback/own?code=1&state=${state}`)
    expect(redirectTarget(back)).to.equal(`${url}/after`)
    expect(await sessionOf(agent, url)).to.not.equal(null)
  })

  it("refuses a callback with another state, or none, where the provider sends it back", async () => {
    const { url, agent } = await leaveBy(function (req) {
      if (!req.query.code) return this.redirect(`${home}/?response_type=code`)
      return this.success(ada)
    })
    for (const query of ["code=1", "code=1&state=another", "code=1&state="]) {
      const back = await agent.get(`${url}/auth/callback/own?${query}`)
      expect(redirectTarget(back), query).to.contain("error=Expired")
    }
    expect(await sessionOf(agent, url)).to.equal(null)
  })

  it("finds the flow of a provider that sends nothing back", async () => {
    const { url, agent } = await leaveBy(function (req) {
      return req.query.ticket ? this.success(ada) : this.redirect(`${home}/cas?service=x`)
    })
    const back = await agent.get(`${url}/auth/callback/own?ticket=1`)
    expect(redirectTarget(back)).to.equal(`${url}/after`)
    const stranger = new UserAgent()
    expect(redirectTarget(await stranger.get(`${url}/auth/callback/own?ticket=1`))).to.contain(
      "error=Expired",
    )
  })

  it("continues when a strategy needs a second step, and allows each step once", async () => {
    const { url, agent, answer } = await leaveBy(function (req) {
      const step = Number(req.session.step ?? 0)
      if (step > 0) expect(req.query.state).to.equal(`step-${step - 1}`)
      req.session.step = step + 1
      return step === 2 ? this.success(ada) : this.redirect(`${home}/${step}?state=step-${step}`)
    })
    const first = stateOf(answer)
    const second = await agent.get(`${url}/auth/callback/own?state=${first}`)
    expect(redirectTarget(second)).to.match(/^https:\/\/home\.example\/1\?/)
    expect(redirectTarget(await agent.get(`${url}/auth/callback/own?state=${first}`))).to.contain("Expired")
    const last = await agent.get(`${url}/auth/callback/own?state=${stateOf(second)}`)
    expect(redirectTarget(last)).to.equal(`${url}/after`)
  })

  it("hands on a page of the strategy's own, which is no page of ours", async () => {
    const { url, agent, answer } = await leaveBy(function (req) {
      if (req.method === "GET" && !req.query.code) {
        const { RelayState } = req.query
        return req.res?.send(
          `<form method="post" action="${home}"><input name="RelayState" value="${RelayState}">`,
        )
      }
      return this.success(ada)
    })
    expect(answer.status).to.equal(200)
    expect(answer.headers.get("cache-control")).to.equal("private, no-store")
    const relayState = /value="([^"]+)"/.exec(answer.body)?.[1] ?? ""
    const back = await agent.get(`${url}/auth/callback/own?code=1&RelayState=${relayState}`)
    expect(redirectTarget(back)).to.equal(`${url}/after`)
  })

  for (const prefix of ["", "The service says: "])
    it(`S41: does not repeat on our page what came in the address, after "${prefix}"`, async () => {
      const { url, agent, answer } = await leaveBy(function (req) {
        const { error_description: said } = req.query
        return said ? this.fail({ message: prefix + said }) : this.redirect(`${home}/?response_type=code`)
      })
      const state = new URL(redirectTarget(answer) ?? "").searchParams.get("state") ?? ""
      const query = new URLSearchParams({
        state,
        error: "server_error",
        error_description: "Call 555-0100 now",
      })
      const page = await agent.followAll(await agent.get(`${url}/auth/callback/own?${query}`))
      expect(textOf(page.body)).to.contain("This account has no access").and.not.contain("555")
    })

  it("refuses a session that no cookie holds, with the way out", async () => {
    const { answer, logs } = await leaveBy(function (req) {
      req.session.much = "x".repeat(4000)
      return this.redirect(`${home}/?state=1`)
    })
    expect(redirectTarget(answer)).to.contain("/auth/error")
    expect(logs.map(({ text }) => text).join()).to.contain("Configure a store for its strategy")
  })
})

function stateOf(visit: Visit): string {
  return new URL(redirectTarget(visit) ?? "").searchParams.get("state") ?? ""
}

describe("PassportProvider's options", () => {
  const strategy = { authenticate: () => undefined }

  for (const [name, options] of [
    ["no id", { strategy }],
    ["no strategy", { id: "own" }],
    ["the name of a strategy", { id: "own", strategy: "local" }],
  ] as [string, never][])
    it(`are refused with ${name}`, () =>
      expect(configErrorOf(() => PassportProvider(options))).to.match(/^ERR_AUTH_PROVIDER: .*strategy/s))
})
