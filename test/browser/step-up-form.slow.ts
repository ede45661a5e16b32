import { mock } from "node:test"
import { expect } from "chai"
import express, { type RequestHandler } from "express"
import { ExpressAuth, type ExpressAuthHandler } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import helmet from "helmet"
import type { BrowserContext, Page } from "playwright-core"
import { secret } from "../support/auth-apps.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { expectHeading, passkeyVisit, signUp } from "../support/passkey-visit.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }

const maxAge = 300
/** The app's clock alone goes on. */
const waitTooLong = () => mock.timers.tick(maxAge * 1000 + 1000)

const page = (title: string, body = "") =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body><main><h1>${title}</h1>${body}</main></body></html>`

const form = `
  <form method="post" action="/pay?account=7">
    <label>To <input name="to"></label><label>Note <textarea name="note"></textarea></label>
    <label>Password <input type="password" name="password"></label>
    <label><input type="checkbox" name="tag" value="x" checked> x</label>
    <label><input type="checkbox" name="tag" value="y" checked> y</label>
    <button name="how" value="now">Pay</button>
  </form>`

/** A page with a form, and the route it posts to, whose guard comes before the parser. */
function routes(app: express.Express, auth: ExpressAuthHandler): void {
  app.get("/bank-form", (req, res) => {
    const action = `/bank?${new URLSearchParams({ at: String(req.query.at) })}`
    res.send(page("Bank form", `<form method="post" action="${action}"><button>Pay</button></form>`))
  })
  app.get("/shop", (_req, res) => res.send(page("Shop", form)))
  app.post("/bank", auth.requireAuth({ maxAge }), (req, res) => res.redirect(303, String(req.query.at)))
  app.post("/pay", auth.requireAuth({ maxAge }), express.urlencoded(), ((req, res) => {
    res.send(page("Paid", `<p>${JSON.stringify([req.query, req.body]).replaceAll("<", "&lt;")}</p>`))
  }) as RequestHandler)
}

const paid = [
  { account: "7" },
  { to: `Zoë & "<b>"`, note: " one\r\ntwo", password: "hunter22", tag: ["x", "y"], how: "now" },
]

async function fillIn(page: Page): Promise<void> {
  await page.getByLabel("To").fill(`Zoë & "<b>"`)
  await page.getByLabel("Note").fill(" one\ntwo")
  await page.getByLabel("Password").fill("hunter22")
  await page.getByRole("button", { name: "Pay" }).click()
}

/** The cookies of forms that wait, whatever page they are for. */
async function heldIn(context: BrowserContext) {
  return (await context.cookies()).filter(({ name }) => name.includes(".form."))
}

async function expectPaid(page: Page): Promise<void> {
  await expectHeading(page, "Paid")
  expect(JSON.parse((await page.locator("p").textContent()) ?? "")).to.deep.equal(paid)
}

describe("a form that waits for a sign-in, in a browser", () => {
  let server: Listening
  let idp: OpenIdProvider

  before(async () => {
    idp = await startOpenIdProvider()
    const { issuer, clientId, clientSecret } = idp
    const auth = ExpressAuth({
      secret,
      providers: [
        { id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret },
        Credentials({
          credentials: { username: { label: "Name" }, password: { label: "Password", type: "password" } },
          authorize: ({ username, password }) =>
            password === "right" ? { id: String(username), name: String(username) } : null,
        }),
      ],
    })
    const app = express()
    app.use(helmet())
    app.use("/auth", auth)
    app.get("/", (_req, res) => res.send(page("Home")))
    routes(app, auth)
    server = await listen(app)
  })
  after(() => Promise.all([server.close(), idp.close()]))
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: Date.now() }))
  afterEach(() => mock.timers.reset())

  async function typePassword(page: Page): Promise<void> {
    await page.getByLabel("Name").fill("ada")
    await page.getByLabel("Password", { exact: true }).fill("right")
    await page.keyboard.press("Enter")
  }

  for (const javaScriptEnabled of [true, false])
    browserTest(
      `is sent with the keyboard alone${javaScriptEnabled ? "" : ", without JavaScript"}, and once`,
      async (context) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        await page.goto(`${server.url}/auth/signin`)
        await typePassword(page)
        await expectHeading(page, "Home")
        waitTooLong()
        await page.goto(`${server.url}/shop`)
        await fillIn(page)
        await page.getByText("Sign in again, to confirm that it is you.").waitFor()
        await typePassword(page)
        await expectHeading(page, "Send it now?")
        expect((await heldIn(context)).length).to.equal(1)
        const asks = page.url()
        await page.reload()
        await expectHeading(page, "Send it now?")
        if (javaScriptEnabled) expect(await checkAccessibility(page)).to.deep.equal([])
        expect(await page.locator("main").innerText()).to.not.include("hunter22")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expectPaid(page)
        expect((await heldIn(context)).length).to.equal(0)
        expect(watch).to.deep.equal(clean)
        expect((await page.goto(asks))?.status()).to.equal(404)
        await expectHeading(page, "No form is waiting here")
      },
      { javaScriptEnabled },
    )

  browserTest("comes back from a provider on another site", async (context) => {
    const page = await context.newPage()
    const enter = async () => {
      await page.getByRole("button", { name: /Demo/ }).click()
      await page.getByRole("button", { name: "Continue as Ada Lovelace" }).click()
    }
    await page.goto(`${server.url}/auth/signin`)
    await enter()
    await expectHeading(page, "Home")
    waitTooLong()
    await page.goto(`${server.url}/shop`)
    await fillIn(page)
    await enter()
    await expectHeading(page, "Send it now?")
    await page.getByRole("button", { name: "Send", exact: true }).click()
    await expectPaid(page)
  })

  browserTest("leads on to another site, where its answer does", async (context) => {
    const bank = await listen((_req, res) => {
      res.setHeader("content-type", "text/html")
      res.end(page("Bank"))
    }, "127.0.0.1")
    const tab = await context.newPage()
    const watch = await watchPage(tab)
    await tab.goto(`${server.url}/auth/signin`)
    await typePassword(tab)
    await expectHeading(tab, "Home")
    waitTooLong()
    await tab.goto(`${server.url}/bank-form?at=${bank.url}`)
    await tab.getByRole("button", { name: "Pay" }).click()
    await typePassword(tab)
    await tab.getByRole("button", { name: "Send", exact: true }).click()
    await expectHeading(tab, "Bank")
    expect(watch).to.deep.equal(clean)
    await bank.close()
  })

  browserTest("is not held for another site, whatever its cookies", async (context) => {
    const evil = await listen((_req, res) => {
      res.setHeader("content-type", "text/html")
      res.end(page("Evil", form.replace("/pay", `${server.url}/pay`)))
    }, "127.0.0.1")
    const tab = await context.newPage()
    await tab.goto(`${server.url}/auth/signin`)
    await typePassword(tab)
    await expectHeading(tab, "Home")
    const cookies = await context.cookies()
    // As an app has them that is shown in frames of others.
    await context.addCookies(
      cookies.map((cookie) => ({ ...cookie, sameSite: "None" as const, secure: true })),
    )
    waitTooLong()
    await tab.goto(evil.url)
    await fillIn(tab)
    await expectHeading(tab, "Your form was not sent")
    const link = tab.getByRole("link", { name: "Sign in" })
    expect(await link.getAttribute("href"), "the session came along").to.include("code=reauthenticate")
    expect(await heldIn(context)).to.deep.equal([])
    await evil.close()
  })

  passkeyVisit(
    "is sent after a passkey",
    { session: { strategy: "database" } },
    async ({ page, app, auth, open }) => {
      routes(app, auth)
      await open("/account")
      await signUp(page)
      await expectHeading(page, "Hello ada@example.com")
      waitTooLong()
      await open("/shop")
      await fillIn(page)
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await expectHeading(page, "Send it now?")
      await page.getByRole("button", { name: "Send", exact: true }).click()
      await expectPaid(page)
    },
  )

  passkeyVisit(
    "is dropped where the user changes their mind",
    {},
    async ({ page, app, auth, open, context }) => {
      routes(app, auth)
      await open("/account")
      await signUp(page)
      await expectHeading(page, "Hello ada@example.com")
      waitTooLong()
      await open("/shop")
      await fillIn(page)
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await page.getByRole("button", { name: "Do not send" }).click()
      await expectHeading(page, "Shop")
      expect(await heldIn(context)).to.deep.equal([])
    },
  )
})
