import Apple from "@auth/core/providers/apple"
import Credentials from "@auth/core/providers/credentials"
import GitHub from "@auth/core/providers/github"
import Google from "@auth/core/providers/google"
import Keycloak from "@auth/core/providers/keycloak"
import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import express4 from "express4"
import request from "supertest"
import { parseHtml } from "../pages/parse-html.js"
import { configErrorOf } from "../support/config-error.js"
import { recordingLogger } from "../support/recording-logger.js"
import { withEnvironment } from "../support/with-environment.js"

const development = { NODE_ENV: "development" }
const secret = "s".repeat(32)
const key = { clientId: "id", clientSecret: "s" }

/** An app whose configuration was resolved with these variables. */
function serve(options: Partial<ExpressAuthConfig>, env: Record<string, string> = development) {
  const { logger, warnings } = recordingLogger()
  const auth = withEnvironment(env, () =>
    ExpressAuth({
      providers: [GitHub],
      secret,
      logger: { warn: logger.warn },
      ...options,
    } as ExpressAuthConfig),
  )
  const app = express().use("/auth", auth)
  app.post("/own-button", (req, res) => auth.signIn(req, res, "github"))
  return { app, auth, warnings }
}

const page = (app: express.Express, path = "/auth/signin") =>
  request(app).get(path).set("accept", "text/html")

describe("a provider without credentials", () => {
  it("is left out in development, and one warning names all with their variables", async () => {
    const { app, warnings } = serve({ providers: [GitHub, Google(key), Keycloak] })
    expect(warnings).to.deep.equal([
      [
        "to-set-up",
        "Left out, because their credentials are missing: github (AUTH_GITHUB_ID, AUTH_GITHUB_SECRET), " +
          "keycloak (AUTH_KEYCLOAK_ISSUER, AUTH_KEYCLOAK_ID, AUTH_KEYCLOAK_SECRET). The sign-in page says where to get " +
          "them. Production would not start.",
      ],
    ])
    const { body } = await request(app).get("/auth/providers")
    expect(Object.keys(body)).to.deep.equal(["google"])
  })

  it("has a card on the sign-in page: variables, callback URL as the visitor's browser reaches it, and the console", async () => {
    const { app } = serve({ providers: [GitHub, Google(key)] })
    const { text, elements } = parseHtml((await page(app).set("host", "app.localhost:4000")).text)
    expect(text).to.include("To set up").and.include("AUTH_GITHUB_ID=…").and.include("AUTH_GITHUB_SECRET=…")
    expect(text).to.include("http://app.localhost:4000/auth/callback/github")
    const links = elements.filter(({ tag }) => tag === "a").map(({ attributes }) => attributes.get("href"))
    expect(links).to.include("https://github.com/settings/developers")
    expect(text).to.include("Continue with Google").and.not.include("Continue with GitHub")
  })

  it("names only what is missing, and variables under their former name", async () => {
    const { app } = serve({}, { ...development, AUTH_GITHUB_ID: "id", GITHUB_SECRET: "s" })
    const { text } = parseHtml((await page(app)).text)
    expect(text)
      .to.include("AUTH_GITHUB_SECRET=…")
      .and.include("GITHUB_SECRET is set: rename it to AUTH_GITHUB_SECRET.")
    expect(text).not.to.include("AUTH_GITHUB_ID=")
  })

  it("links to the documentation of Auth.js without a known console, and to nothing for the app's own", async () => {
    const own = { id: "own", name: "Own", type: "oidc", issuer: "https://idp.example" } as const
    const { app } = serve({ providers: [Keycloak, own] })
    const { text: html } = await page(app)
    expect(html).to.include('href="https://authjs.dev/getting-started/providers/keycloak"')
    expect(html).to.include("Register this app at Own with the callback URL").and.not.include("providers/own")
  })

  it("uses variables and console of the service, and the app's id in the callback URL", async () => {
    const { app } = serve({ providers: [GitHub({ id: "work" })] })
    const { text } = parseHtml((await page(app)).text)
    expect(text)
      .to.include("/auth/callback/work")
      .and.include("AUTH_GITHUB_ID=…")
      .and.include("github.com/settings")
  })

  it("names the redirect proxy's callback URL where there is one", async () => {
    const { app } = serve({ redirectProxyUrl: "https://proxy.example/auth" })
    expect(parseHtml((await page(app)).text).text).to.include("https://proxy.example/auth/callback/github")
  })

  it("has a page of its own, to which buttons of the app lead as well", async () => {
    const { app } = serve({ providers: [GitHub, Google(key)] })
    const { text, elements } = parseHtml((await page(app, "/auth/signin/github")).text)
    expect(text).to.include("Set up GitHub").and.include("AUTH_GITHUB_ID=…").and.not.include("Continue with")
    expect(elements.filter(({ tag }) => tag === "h1")).to.have.lengthOf(1)
    const pressed = await request(app).post("/own-button")
    expect(new URL(pressed.headers.location ?? "").pathname).to.equal("/auth/signin/github")
    const posted = await request(app).post("/auth/signin/github")
    expect(new URL(posted.headers.location ?? "").pathname).to.equal("/auth/signin/github")
  })

  it("leaves sign-in, strategies and adapters of the others alone", async () => {
    const credentials = Credentials({
      credentials: { name: {} },
      authorize: ({ name }) => ({ name: String(name) }),
    })
    const { app } = serve({ providers: [Apple, credentials] })
    const agent = request.agent(app)
    const { csrfToken } = (await agent.get("/auth/csrf")).body
    await agent.post("/auth/callback/credentials").type("form").send({ csrfToken, name: "Ada" }).expect(302)
    expect((await agent.get("/auth/session")).body.user.name).to.equal("Ada")
  })

  it("is said to lack credentials where the app asks for it by name", async () => {
    const { app } = serve({})
    const { body } = await request(app).get("/auth/callback/github").set("accept", "application/json")
    expect(body.detail).to.equal(
      'Provider "github" lacks AUTH_GITHUB_ID, AUTH_GITHUB_SECRET. The sign-in page says where to get them, to browsers on ' +
        "the computer that runs the app.",
    )
  })

  it("is left out of what a function returns, with one warning for all requests", async () => {
    const { logger, warnings } = recordingLogger()
    const auth = ExpressAuth(
      () => ({ providers: [GitHub], secret, logger: { warn: logger.warn } }) as ExpressAuthConfig,
    )
    const app = express4().use("/auth", auth)
    const before = process.env.NODE_ENV
    process.env.NODE_ENV = "development"
    try {
      for (let i = 0; i < 2; i++)
        expect((await request(app).get("/auth/signin")).text).to.include("AUTH_GITHUB_ID=…")
    } finally {
      if (before === undefined) delete process.env.NODE_ENV
      else process.env.NODE_ENV = before
    }
    expect(warnings.filter(([code]) => code === "to-set-up")).to.have.lengthOf(1)
  })

  it("still stops the start where a value is wrong rather than missing", () => {
    const wrong = Keycloak({ ...key, issuer: "idp.example", authorization: "not a URL" })
    expect(configErrorOf(() => serve({ providers: [GitHub, wrong] }))).to.include(
      'is "not a URL"; expected a URL',
    )
  })

  for (const NODE_ENV of ["production", "", "dev", "Development", "test"])
    it(`stops the start with NODE_ENV=${NODE_ENV || "(unset)"} (S55)`, () => {
      const message = configErrorOf(() =>
        serve(
          { providers: [GitHub, Keycloak] },
          NODE_ENV ? { NODE_ENV, AUTH_URL: "https://app.example" } : {},
        ),
      )
      expect(message).to.include("AUTH_GITHUB_ID").and.include("AUTH_KEYCLOAK_SECRET")
      const offer =
        "To start without them on your own machine, set NODE_ENV=development; Node reads .env only with --env-file=.env."
      if (NODE_ENV === "production") expect(message).not.to.include(offer)
      else expect(message).to.include(offer)
    })

  const tunnels: [what: string, headers: Record<string, string>][] = [
    ["a tunnel's name", { host: "quick-fox.trycloudflare.com" }],
    ["X-Forwarded-For", { host: "localhost", "x-forwarded-for": "203.0.113.7" }],
    ["CF-Ray", { host: "localhost", "cf-ray": "1" }],
  ]
  for (const [what, headers] of tunnels)
    it(`is not shown to a visitor who comes with ${what} (S55)`, async () => {
      const { app } = serve({ providers: [GitHub, Google(key)] })
      const shown = await page(app).set(headers)
      expect(shown.status).to.equal(200)
      expect(shown.text).to.include("Continue with Google")
      expect(shown.text).not.to.match(/set up|AUTH_|github/i)
      const alone = await page(app, "/auth/signin/github").set(headers)
      expect(alone.status).to.equal(404)
      expect(alone.text).not.to.match(/AUTH_GITHUB/)
    })
})
