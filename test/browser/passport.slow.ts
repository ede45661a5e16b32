import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { PassportProvider } from "express-authjs/passport"
import helmet from "helmet"
import type { BrowserContextOptions, Page } from "playwright-core"
import { createOAuth1, createSaml } from "../passport/strategies.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { type OAuth1Server, startOAuth1Server } from "../support/oauth1-server.js"
import { type SamlIdp, startSamlIdp } from "../support/saml-idp.js"
import { goodSamlAnswers } from "../support/saml-response.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }
const secret = "a secret of at least thirty-two characters"

describe("Passport's strategies in a browser, the provider on another site, under Helmet's defaults", () => {
  let saml: SamlIdp
  let oauth1: OAuth1Server
  let server: Listening

  before(async () => {
    const app = express()
    server = await listen(app)
    saml = await startSamlIdp()
    oauth1 = await startOAuth1Server()
    const { entryPoint, certificate: idpCert } = saml
    const callback = `${server.url}/auth/callback`
    const samlStrategy = createSaml({ entryPoint, idpCert, callbackUrl: `${callback}/saml` })
    const oauth1Strategy = createOAuth1(oauth1)(`${callback}/oauth1`)
    const providers = [
      PassportProvider({ id: "saml", name: "Company", strategy: samlStrategy }),
      PassportProvider({ id: "oauth1", name: "Bird", strategy: oauth1Strategy }),
    ]
    const auth = ExpressAuth({ secret, providers, bodyLimit: 200 * 1024 })
    app.use(helmet())
    app.use("/auth", auth)
    app.get("/", (_req, res) => void res.send("<h1>Home</h1>"))
    app.get(
      "/dashboard",
      auth.requireAuth(),
      (req, res) => void res.send(`<h1>Hello ${req.auth.user.name}</h1>`),
    )
  })
  after(() => Promise.all([server.close(), saml.close(), oauth1.close()]))
  beforeEach(() => void Object.assign(saml.answers, goodSamlAnswers()))

  /** A test that ends with a look at what the page must not have done. */
  function watched(
    title: string,
    test: (page: Page) => Promise<void>,
    options?: BrowserContextOptions,
  ): void {
    browserTest(
      title,
      async (context) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        await test(page)
        expect(watch).to.deep.equal(clean)
      },
      options,
    )
  }

  async function leave(page: Page, name: string): Promise<void> {
    await page.goto(`${server.url}/dashboard`)
    await page.getByRole("button", { name: `Continue with ${name}` }).click()
  }

  async function expectDashboard(page: Page): Promise<void> {
    await page.getByRole("heading", { name: "Hello Ada Lovelace", exact: true }).waitFor()
    expect(page.url()).to.equal(`${server.url}/dashboard`)
  }

  const chooseAda = (page: Page) => page.getByRole("button", { name: "Continue as Ada Lovelace" }).click()
  const large = Array.from({ length: 400 }, () => crypto.randomUUID())

  watched("SAML: signs in by the form that the identity provider has the browser post", async (page) => {
    await leave(page, "Company")
    await page.waitForURL(`${saml.entryPoint}**`)
    await chooseAda(page)
    await expectDashboard(page)
    const cookies = await page.context().cookies(server.url)
    expect(cookies.map(({ sameSite }) => sameSite)).to.not.include("None")
    expect(cookies.map(({ name }) => name).join()).to.not.include("authjs.state")
  })

  watched("SAML: signs in with an answer of 20 KB, too long for an address", async (page) => {
    saml.answers.attributes = { groups: large }
    await leave(page, "Company")
    await chooseAda(page)
    await expectDashboard(page)
  })

  for (const [what, groups] of [
    ["an answer of 5 KB", []],
    ["an answer of 20 KB", large],
  ] as const)
    watched(
      `SAML: signs in without JavaScript, with ${what}`,
      async (page) => {
        saml.answers.attributes = { groups }
        await leave(page, "Company")
        await chooseAda(page)
        await page.getByRole("button", { name: "Continue" }).click()
        if (groups.length > 0) {
          await page.waitForURL(`${server.url}/**`)
          await page.getByRole("button", { name: "Continue" }).click()
        }
        await expectDashboard(page)
      },
      { javaScriptEnabled: false },
    )

  browserTest("SAML: the page between has no faults that axe-core finds", async (context) => {
    // Its script would leave the page before the assertions run.
    await context.route(/onward[^/]*\.js/, (route) => route.abort())
    saml.answers.attributes = { groups: large }
    const page = await context.newPage()
    await leave(page, "Company")
    await chooseAda(page)
    await page.getByRole("heading", { name: "Coming back from Company" }).waitFor()
    expect(await checkAccessibility(page)).to.deep.equal([])
  })

  watched("SAML: reloading after the sign-in neither signs in twice nor signs out", async (page) => {
    await leave(page, "Company")
    const bounced = page.waitForRequest((request) => request.url().includes("/auth/callback/saml?"))
    await chooseAda(page)
    await expectDashboard(page)
    await page.goto((await bounced).url())
    expect(page.url()).to.equal(`${server.url}/`)
    await page.goto(`${server.url}/dashboard`)
    await expectDashboard(page)
  })

  watched("SAML: shows a message when the user cancels, and lets them try again", async (page) => {
    await leave(page, "Company")
    await page.getByRole("button", { name: "Cancel" }).click()
    await page.waitForURL(`${server.url}/auth/**`)
    await leave(page, "Company")
    await chooseAda(page)
    await expectDashboard(page)
  })

  async function allow(page: Page): Promise<void> {
    await page.waitForURL(`${oauth1.url}/**`)
    await page.getByLabel("Name").fill("Ada Lovelace")
    await page.getByRole("button", { name: "Allow" }).click()
  }

  for (const javaScriptEnabled of [true, false])
    watched(
      `OAuth 1.0a: signs in${javaScriptEnabled ? "" : " without JavaScript"}`,
      async (page) => {
        await leave(page, "Bird")
        await allow(page)
        await expectDashboard(page)
      },
      { javaScriptEnabled },
    )

  watched("OAuth 1.0a: shows a message when the user cancels, and lets them try again", async (page) => {
    await leave(page, "Bird")
    await page.getByRole("button", { name: "Cancel" }).click()
    await page.getByText("You cancelled").waitFor()
    await page.getByRole("button", { name: "Continue with Bird" }).click()
    await allow(page)
    await page.waitForURL((url) => url.origin === server.url)
    await page.goto(`${server.url}/dashboard`)
    await expectDashboard(page)
  })
})
