import { randomBytes } from "node:crypto"
import Credentials from "@auth/core/providers/credentials"
import { expect } from "chai"
import express, { type ErrorRequestHandler, type Express, Router } from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import express4 from "express4"
import request from "supertest"
import { parseHtml } from "../pages/parse-html.js"
import { recordingLogger } from "../support/recording-logger.js"
import { withEnvironment } from "../support/with-environment.js"

const secret = randomBytes(33).toString("base64")
const password = "postgres-password"
const browser = { accept: "text/html,*/*", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }

interface Setup {
  readonly env?: Record<string, string>
  readonly create?: typeof express
  readonly options?: Partial<ExpressAuthConfig>
  readonly after?: (app: Express) => void
  /** The app that `after` mounts it on, at /inner. */
  readonly outer?: Express
}

/** An app whose session callback fails, with a signed-in browser. */
async function serve({ env = { NODE_ENV: "development" }, create = express, ...setup }: Setup = {}) {
  const { logger, errors } = recordingLogger()
  let isBroken = false
  function loadRoles(): never {
    throw new Error(`connect ECONNREFUSED postgres://app:${password}@db.internal/main, secret ${secret}`)
  }
  const auth = withEnvironment(env, () =>
    ExpressAuth({
      secret,
      providers: [Credentials({ credentials: { name: {} }, authorize: () => ({ name: "Ada" }) })],
      callbacks: { session: ({ session }) => (isBroken ? loadRoles() : session) },
      logger: { error: logger.error, warn() {} },
      url: "http://localhost:3000",
      ...setup.options,
    } as ExpressAuthConfig),
  )
  // Express logs unhandled errors itself, except in tests.
  const app = create().set("env", "test")
  app.use("/auth", auth)
  app.get(
    "/guarded",
    withEnvironment(env, () => auth.requireAuth()),
    (_req, res) => res.send("in"),
  )
  app.get(
    "/session",
    withEnvironment(env, () => auth.session()),
    (_req, res) => res.send("read"),
  )
  setup.after?.(app)
  const agent = request.agent(setup.outer ?? app)
  const base = setup.outer ? "/inner" : ""
  const { csrfToken } = (await agent.get(`${base}/auth/csrf`)).body
  await agent.post(`${base}/auth/callback/credentials`).type("form").send({ csrfToken }).expect(302)
  isBroken = true
  const open = (path: string, headers: Record<string, string> = {}) =>
    agent.get(base + path).set({ host: "localhost:3000", ...browser, ...headers })
  return { app, auth, open, errors }
}

const isPage = /<h1>ERR_AUTH_SESSION<\/h1>/
const apps = { "Express 5": express, "Express 4": express4 as unknown as typeof express }

describe("an error of ours in development", () => {
  for (const [name, create] of Object.entries(apps))
    for (const path of ["/guarded", "/session", "/auth/session"])
      it(`is a page for the browser at ${path}, in ${name}`, async () => {
        const { open, errors } = await serve({ create })
        const shown = await open(`${path}?token=abc`)
        expect(shown.status).to.equal(503)
        expect(shown.text).to.match(isPage)
        const { text } = parseHtml(shown.text)
        expect(text).to.include(`GET ${path} · 503`).and.not.include("token=abc")
        expect(text).to.include(
          "Error: connect ECONNREFUSED postgres://[redacted]@db.internal/main, secret [redacted]",
        )
        expect(errors.map(([error]) => (error as { code?: string }).code)).to.deep.equal(["ERR_AUTH_SESSION"])
      })

  it("names the app's own line, the fix and the reference", async () => {
    const { open } = await serve()
    const { text, elements } = parseHtml((await open("/guarded")).text)
    expect(text).to.match(/In your code .*show-errors\.test\.ts:\d+:\d+/)
    const faulty = elements.findIndex(({ attributes }) => attributes.get("class") === "faulty")
    expect(faulty).to.be.greaterThan(-1)
    expect(text).to.match(/\d+ function loadRoles\(\): never \{ \d+ throw new Error\(/)
    expect(text).to.match(/Fix [A-Z]/)
    const links = elements.flatMap(({ attributes }) => attributes.get("href") ?? [])
    expect(links).to.include(
      "https://github.com/express-authjs/express-authjs/blob/main/docs/reference/errors.md#err_auth_session",
    )
  })

  it("has a strict policy and needs no other request", async () => {
    const { open } = await serve()
    const { headers, text } = await open("/guarded")
    expect(headers).to.include({
      "content-security-policy":
        "default-src 'none'; style-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    })
    const { elements } = parseHtml(text)
    const loaded = elements.filter(({ tag }) => ["link", "script", "img"].includes(tag))
    expect(loaded.map(({ attributes }) => attributes.get("href")?.slice(0, 19))).to.deep.equal([
      "data:text/css;chars",
      "data:text/css;chars",
    ])
    expect(text).not.to.include(secret).and.not.include(password)
  })

  it("shows a missing mount, and a configuration that a function got wrong", async () => {
    const { app } = await serve({
      after(app) {
        const create = () => ExpressAuth({ secret, providers: [], logger: { warn() {}, error() {} } })
        app.get(
          "/alone",
          withEnvironment({ NODE_ENV: "development" }, () => create().requireAuth()),
        )
        const wrong = () => ({ secret, providers: [], provider: [] }) as unknown as ExpressAuthConfig
        app.use(
          "/wrong",
          withEnvironment({ NODE_ENV: "development" }, () => ExpressAuth(wrong)),
        )
      },
    })
    const open = (path: string) =>
      request(app)
        .get(path)
        .set({ host: "localhost:3000", ...browser })
    expect((await open("/alone")).text).to.include("<h1>ERR_AUTH_MOUNT</h1>")
    const before = process.env.NODE_ENV
    process.env.NODE_ENV = "development"
    const shown = await open("/wrong/signin").then((response) => {
      if (before === undefined) delete process.env.NODE_ENV
      else process.env.NODE_ENV = before
      return response
    })
    expect(shown.text).to.include("<h1>ERR_AUTH_UNKNOWN_OPTION</h1>").and.include("Did you mean")
  })

  it("escapes what the message repeats", async () => {
    const { open } = await serve({
      options: {
        callbacks: {
          session: () => {
            throw new Error("<img src=x>")
          },
        },
      },
    })
    expect((await open("/guarded")).text)
      .to.include("&lt;img src=x&gt;")
      .and.not.include("<img src=x>")
  })

  for (const [what, headers] of Object.entries({
    fetch: { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
    "an API client": { accept: "application/json" },
    curl: { accept: "*/*" },
  }))
    it(`goes to next(err) for ${what}`, async () => {
      const { open } = await serve()
      const shown = await open("/guarded", headers as Record<string, string>)
      expect(shown.status).to.equal(503)
      expect(shown.text).not.to.match(isPage)
    })

  it("leaves errors of the app alone", async () => {
    const { auth, app, open } = await serve({ options: { callbacks: {} } })
    const allow = () => {
      throw new Error("the app's own")
    }
    app.get("/allow", auth.requireAuth({ allow }))
    expect((await open("/allow")).text)
      .to.include("the app&#39;s own")
      .and.not.include("<h1>")
  })

  const handler: ErrorRequestHandler = (error, _req, res, _next) => {
    res.status(500).send(`the app's page for ${error.code}`)
  }
  const handlers: [where: string, setup: Setup][] = [
    ["the app", { after: (app) => void app.use(handler) }],
    ["a router", { after: (app) => void app.use("/auth", Router().use(handler)) }],
    ["a route", { after: (app) => void app.get("/{*any}", (_req, _res, next) => next(), handler as never) }],
  ]
  for (const [where, setup] of handlers)
    it(`goes to the error handler of ${where}`, async () => {
      const { open } = await serve(setup)
      expect((await open("/session")).text).not.to.match(isPage)
    })

  for (const [name, create] of Object.entries(apps))
    it(`goes to the error handler of the app around it, in ${name}`, async () => {
      const outer = create().set("env", "test")
      const { open } = await serve({
        create,
        outer,
        after: (app) => void outer.use("/inner", app).use(handler),
      })
      expect((await open("/guarded")).text).to.equal("the app's page for ERR_AUTH_SESSION")
    })

  function failSignIn(env?: Record<string, string>, options: Partial<ExpressAuthConfig> = {}) {
    const callbacks = {
      signIn() {
        throw new TypeError("Cannot read properties of undefined (reading 'team')")
      },
    }
    const { logger } = recordingLogger()
    const providers = [Credentials({ credentials: { name: {} }, authorize: () => ({ name: "Ada" }) })]
    const auth = withEnvironment(env ?? { NODE_ENV: "development" }, () =>
      ExpressAuth({
        ...{
          secret,
          providers,
          callbacks,
          url: "http://localhost:3000",
          logger: { error: logger.error, warn() {} },
        },
        ...options,
      } as ExpressAuthConfig),
    )
    const agent = request.agent(express().use("/auth", auth))
    return async (headers: Record<string, string> = {}) => {
      const host = { host: "localhost:3000" }
      const { csrfToken } = (await agent.get("/auth/csrf").set(host)).body
      return agent
        .post("/auth/callback/credentials")
        .set({ ...host, ...browser, ...headers })
        .type("form")
        .send({ csrfToken, name: "Ada" })
    }
  }

  it("is a page where a sign-in fails by the app's fault, with a link to what visitors see", async () => {
    const shown = await failSignIn()()
    expect(shown.status).to.equal(403)
    expect(shown.text)
      .to.include("<h1>AccessDenied</h1>")
      .and.include("https://errors.authjs.dev#accessdenied")
    const { text, elements } = parseHtml(shown.text)
    expect(text).not.to.include("Read more at")
    expect(text).to.include("TypeError").and.include("Cannot read properties of undefined (reading 'team')")
    expect(text).to.match(/In your code .*show-errors\.test\.ts:\d+:\d+/)
    const links = elements.flatMap(({ attributes }) => attributes.get("href") ?? [])
    expect(
      links.some((href) => /^http:\/\/localhost:3000\/auth\/error\?error=\w+&id=\w+$/.test(href)),
    ).to.equal(true)
  })

  it("is the app's own error page where it has one, and data for other clients", async () => {
    const { headers } = await failSignIn(undefined, { pages: { error: "/oops" } })()
    expect(headers.location).to.match(/\/oops\?error=/)
    expect((await failSignIn()({ accept: "application/json" })).text).not.to.include("TypeError")
  })

  for (const NODE_ENV of ["production", "", "dev"])
    it(`of a sign-in is not shown with NODE_ENV=${NODE_ENV || "(unset)"}, nor through a tunnel (S55)`, async () => {
      const outside = await failSignIn(NODE_ENV ? { NODE_ENV } : {})()
      const tunnelled = await failSignIn()({ "x-forwarded-for": "203.0.113.7" })
      for (const { status, headers } of [outside, tunnelled]) {
        expect(status).to.equal(302)
        expect(headers.location).to.match(/\/auth\/error\?error=/)
      }
    })

  for (const NODE_ENV of ["production", "", "dev", "Development", "test"])
    it(`is not shown with NODE_ENV=${NODE_ENV || "(unset)"} (S55)`, async () => {
      const { open } = await serve({ env: NODE_ENV ? { NODE_ENV } : {} })
      const shown = await open("/guarded")
      expect(shown.status).to.equal(503)
      expect(shown.text).not.to.match(isPage)
    })

  const foreign: [what: string, headers: Record<string, string>][] = [
    ["a tunnel's name", { host: "quick-fox.trycloudflare.com" }],
    ["X-Forwarded-For", { "x-forwarded-for": "203.0.113.7" }],
    ["Forwarded", { forwarded: "for=203.0.113.7" }],
  ]
  for (const [what, headers] of foreign)
    it(`is not shown to a visitor who comes with ${what} (S55)`, async () => {
      const { open } = await serve()
      const shown = await open("/guarded", headers)
      expect(shown.status).to.equal(503)
      expect(shown.text).not.to.match(isPage)
    })
})
