import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { expect } from "chai"
import express, { type RequestHandler } from "express"
import { ExpressAuth } from "express-authjs"
import type { Page } from "playwright-core"
import { browserTest } from "../support/browser-test.js"
import { watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"

const cors: (options: { origin: string[]; credentials: boolean }) => RequestHandler = createRequire(
  import.meta.url,
)("cors")

const guide = readFileSync(new URL("../../docs/guides/other-origins.md", import.meta.url), "utf8")
const [byFetch = "", byForm = ""] = [...guide.matchAll(/^```html\n([\s\S]*?)^```$/gm)].map(([, code]) => code)

describe("the guide for a front end on another origin, in a browser", () => {
  let provider: OpenIdProvider
  let frontEnd: Listening
  let server: Listening
  let page = ""

  /** The front end's pages as the guide has them, for the addresses and the provider of this test. */
  const adapt = (code: string, csrfToken = "") =>
    code
      .replaceAll("http://localhost:3000", server.url)
      .replaceAll("http://localhost:5173", frontEnd.url)
      .replaceAll("signin/github", "signin/demo")
      .replace('signIn("github")', 'signIn("demo")')
      .replace('value="…"', `value="${csrfToken}"`)

  before(async () => {
    provider = await startOpenIdProvider()
    frontEnd = await listen((_req, res) =>
      res.setHeader("content-type", "text/html; charset=utf-8").end(page),
    )
    server = await start([frontEnd.url])
  })
  after(() => Promise.all([server.close(), frontEnd.close(), provider.close()]))

  async function start(trustedOrigins: string[]): Promise<Listening> {
    const { issuer, clientId, clientSecret } = provider
    const auth = ExpressAuth({
      secret: "a secret of at least thirty-two characters",
      providers: [{ id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret }],
      logger: { warn() {} },
      trustedOrigins,
    })
    const app = express()
    app.use(cors({ origin: [frontEnd.url], credentials: true }))
    app.use("/auth", auth)
    return listen(app)
  }

  async function chooseAda(tab: Page): Promise<void> {
    await tab.waitForURL(`${provider.issuer}/**`)
    await tab.getByRole("button", { name: "Continue as Ada Lovelace" }).click()
    await tab.waitForURL(`${frontEnd.url}/**`)
  }

  browserTest("signs in and out by its script", async (context) => {
    const tab = await context.newPage()
    const watch = await watchPage(tab)
    page = adapt(byFetch)
    await tab.goto(`${frontEnd.url}/home`)
    await tab.getByText("Not signed in").waitFor()
    await tab.getByRole("button", { name: "Sign in" }).click()
    await chooseAda(tab)
    await tab.getByText("Ada Lovelace").waitFor()
    expect(tab.url()).to.equal(`${frontEnd.url}/home`)
    await tab.getByRole("button", { name: "Sign out" }).click()
    await tab.getByText("Not signed in").waitFor()
    expect(watch).to.deep.equal({ errors: [], cspViolations: [], foreignRequests: [] })
  })

  browserTest("signs in by its form", async (context) => {
    const tab = await context.newPage()
    const token = await tab.goto(`${server.url}/auth/csrf`)
    page = adapt(byForm, JSON.parse((await token?.text()) ?? "").csrfToken)
    await tab.goto(`${frontEnd.url}/home`)
    await tab.getByRole("button").click()
    await chooseAda(tab)
    expect(tab.url()).to.equal(`${frontEnd.url}/`)
  })

  browserTest("S53 is told origin and option where it is not listed", async (context) => {
    const strict = await start([])
    const tab = await context.newPage()
    page = adapt(byFetch).replaceAll(server.url, strict.url)
    await tab.goto(frontEnd.url)
    const refused = tab.waitForEvent("pageerror")
    await tab.getByRole("button", { name: "Sign in" }).click()
    expect((await refused).message)
      .to.include(frontEnd.url)
      .and.include("trustedOrigins")
    await strict.close()
  })
})
