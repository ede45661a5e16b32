import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"
import Passkey from "express-authjs/providers/passkey"
import type { BrowserContext, Page } from "playwright-core"
import { secret } from "../support/auth-apps.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { startOpenIdProvider } from "../support/openid-provider.js"

describe("the account page in a browser", () => {
  const open: { close(): Promise<unknown> }[] = []
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

  /** Signs a user in with a password, who has an account, a passkey and another session. */
  async function start(context: BrowserContext): Promise<Listening & { page: Page }> {
    const provider = await startOpenIdProvider()
    const adapter = database("sqlite::memory:", { migrate: true })
    const { id } = await adapter.createUser({
      ...{ id: "ada", name: "Ada Lovelace", email: "ada@example.com", emailVerified: new Date() },
    })
    await adapter.linkAccount({ userId: id, provider: "demo", providerAccountId: "1", type: "oidc" })
    await adapter.createAuthenticator({
      ...{ credentialID: "k", userId: id, providerAccountId: "k", counter: 0, credentialPublicKey: "key" },
      ...{ credentialDeviceType: "singleDevice", credentialBackedUp: false },
    })
    const { issuer, clientId, clientSecret } = provider
    const demo = { id: "demo", name: "Demo", type: "oidc" as const, issuer, clientId, clientSecret }
    const auth = ExpressAuth({
      ...{
        adapter,
        secret,
        sendMail: () => {},
        session: { strategy: "database" },
        logger: { warn: () => {} },
      },
      providers: [
        demo,
        { ...demo, id: "other", name: "Other" },
        Passkey({}),
        { id: "credentials", name: "Name", type: "credentials", credentials: {}, authorize: () => ({ id }) },
      ],
    })
    const app = express()
    app.use("/auth", auth)
    app.get("/", (_req, res) => void res.send('<form method="post"><button>In</button></form>'))
    app.post("/", (req, res) => auth.signIn(req, res, "credentials", { redirectTo: "/auth/account" }))
    const server = await listen(app)
    open.push(server, provider, adapter)
    await fetch(server.url, { method: "POST", headers: { "user-agent": "Firefox/132.0" } })
    const page = await context.newPage()
    await page.goto(server.url)
    await page.getByRole("button").click()
    await page.getByRole("heading", { name: "Your account", exact: true }).waitFor()
    return { ...server, page }
  }

  const rows = [false, true].flatMap((javaScriptEnabled) =>
    (["light", "dark"] as const).map((colorScheme) => ({ javaScriptEnabled, colorScheme })),
  )
  for (const setting of rows)
    browserTest(
      `is accessible and fits 360 px, also with text at 200 %: ${JSON.stringify(setting)}`,
      async (context) => {
        const { page } = await start(context)
        const watch = await watchPage(page)
        await page.reload()
        const width = () => page.evaluate("document.documentElement.scrollWidth")
        if (setting.javaScriptEnabled) expect(await checkAccessibility(page)).to.deep.equal([])
        expect(await width()).to.be.at.most(360)
        const sheet = `${new URL(page.url()).origin}/auth/assets/style.css`
        await page.route(`${sheet}*`, async (route) => {
          const response = await route.fetch()
          await route.fulfill({ response, body: `${await response.text()} html { font-size: 200%; }` })
        })
        await page.reload()
        expect(await width(), "at 200 %").to.be.at.most(360)
        expect(watch).to.deep.equal({ errors: [], cspViolations: [], foreignRequests: [] })
      },
      { ...setting, viewport: { width: 360, height: 740 } },
    )

  browserTest("is used by keyboard alone, in the order of the page", async (context) => {
    const { page } = await start(context)
    const reached: string[] = []
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab")
      const name = String(
        await page.evaluate(
          "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim().replace(/\\\\s+/g, ' ')",
        ),
      )
      reached.push(name)
      if (name === "Sign out" && reached.includes("Delete my account")) break
    }
    const order = [
      "Name",
      "Save",
      "New email address",
      "Unlink",
      "Remove",
      "Link Other",
      "Download my data",
      "Delete my account",
    ]
    const places = order.map((name) => reached.findIndex((text) => text.endsWith(name)))
    expect(places, JSON.stringify(reached)).to.not.include(-1)
    expect(places).to.deep.equal(places.toSorted((a, b) => a - b))
    await page.getByLabel("Name", { exact: true }).focus()
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.type("Ada King")
    await page.keyboard.press("Enter")
    await page.getByRole("status").getByText("Your profile is saved.").waitFor()
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).to.equal("Ada King")
    await page.getByText("Rename Passkey 1").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.type("My key")
    await page.keyboard.press("Enter")
    await page.getByText("Rename My key").waitFor()
    await page.getByLabel(/^To confirm/).focus()
    await page.keyboard.type("delete my account")
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Your account is deleted" }).waitFor()
  })

  browserTest(
    "downloads the data, and signs out another browser, without JavaScript",
    async (context) => {
      const { page } = await start(context)
      const downloading = page.waitForEvent("download")
      await page.getByRole("button", { name: "Download my data" }).click()
      expect((await downloading).suggestedFilename()).to.equal("account.json")
      await page.getByRole("button", { name: "Sign out Firefox" }).click()
      await page.getByRole("status").getByText("The session is ended.").waitFor()
    },
    { javaScriptEnabled: false },
  )
})
