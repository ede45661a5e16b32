import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import Passkey from "express-authjs/providers/passkey"
import type { BrowserContext, Page } from "playwright-core"
import { secret } from "../support/auth-apps.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { createMailbox, type Mailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.js"
import { ada, button, expectHeading, passkeyVisit, signOut, signUp } from "../support/passkey-visit.js"
import { passwords } from "../support/passwords.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }

describe("staying signed in, with a browser", () => {
  let server: Listening
  let provider: OAuthServer
  let mailbox: Mailbox

  before(async () => {
    provider = await startOAuthServer()
    mailbox = createMailbox()
    const auth = ExpressAuth({
      secret,
      adapter: createMemoryAdapter(),
      session: { strategy: "jwt", remember: "ask" },
      providers: [provider.provider, Passkey, mailbox.provider, passwords()],
    })
    const app = express()
    app.use("/auth", auth)
    app.get("/", auth.requireAuth(), (_req, res) => {
      res.send('<!doctype html><html lang="en"><title>Home</title><h1>Home</h1>')
    })
    server = await listen(app)
  })
  after(() => Promise.all([server.close(), provider.close()]))

  const home = (page: Page) => page.getByRole("heading", { name: "Home" }).waitFor()
  const box = (page: Page, index = 0) => page.getByLabel("Keep me signed in").nth(index)

  /** Whether the session's cookie outlives the browser. */
  async function lasts(context: BrowserContext): Promise<boolean> {
    const session = (await context.cookies()).find(({ name }) => name === "authjs.session-token")
    if (!session) throw new Error("No user is signed in")
    return session.expires !== -1
  }

  for (const isTicked of [true, false])
    passkeyVisit(
      `is chosen with any box of the page that is ticked, for a passkey: ${isTicked ? "one" : "none"} is`,
      { passkey: button, session: { strategy: "jwt", remember: "ask" } },
      async ({ page, open, context }) => {
        await open("/account")
        expect(await checkAccessibility(page)).to.deep.equal([])
        if (isTicked) await page.getByLabel("Keep me signed in").last().check()
        await signUp(page)
        await expectHeading(page, `Hello ${ada}`)
        expect(await lasts(context)).to.equal(isTicked)
        await signOut(page)
        await open("/account")
        if (isTicked) await page.getByLabel("Keep me signed in").first().check()
        await page.getByRole("button", { name: "Continue with a passkey" }).click()
        await expectHeading(page, `Hello ${ada}`)
        expect(await lasts(context)).to.equal(isTicked)
      },
    )

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "" : ", without JavaScript"

    browserTest(
      `is chosen with one box for all buttons${how}`,
      async (context) => {
        const page = await context.newPage()
        for (const isTicked of [false, true]) {
          await context.clearCookies()
          await page.goto(server.url)
          if (isTicked) await page.getByText("Keep me signed in").first().click()
          await page.getByRole("button", { name: "Continue with Plain" }).click()
          await home(page)
          expect(await lasts(context)).to.equal(isTicked)
        }
      },
      { javaScriptEnabled },
    )

    browserTest(
      `is chosen with the box of a form, by keyboard, and the tick survives a mistake${how}`,
      async (context) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        await page.goto(server.url)
        await page.getByRole("link", { name: "Use another method" }).click()
        await page.getByLabel("Username").fill("ada")
        await page.getByLabel("Password", { exact: true }).fill("wrong")
        // The button that shows the password comes first.
        if (javaScriptEnabled) await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        await page.keyboard.press("Enter")
        await page.getByRole("alert").waitFor()
        if (javaScriptEnabled) expect(await checkAccessibility(page)).to.deep.equal([])
        expect(await box(page).isChecked()).to.equal(true)
        await page.getByLabel("Password", { exact: true }).fill("right")
        await page.keyboard.press("Enter")
        await home(page)
        expect(await lasts(context)).to.equal(true)
        expect(watch).to.deep.equal(clean)
      },
      { javaScriptEnabled },
    )

    browserTest(
      `is chosen where the mail is asked for, and shown again behind its link${how}`,
      async (context) => {
        const page = await context.newPage()
        await page.goto(server.url)
        await page.getByLabel("Email address").fill("ada@example.com")
        await box(page).check()
        await page.keyboard.press("Enter")
        await page.getByRole("heading", { name: "Check your email" }).waitFor()
        await page.goto(mailbox.link())
        if (javaScriptEnabled) expect(await checkAccessibility(page)).to.deep.equal([])
        expect(await box(page).isChecked()).to.equal(true)
        await page.getByRole("button", { name: "Sign in" }).click()
        await home(page)
        expect(await lasts(context)).to.equal(true)
      },
      { javaScriptEnabled },
    )
  }

  browserTest("leaves for no provider where Enter is pressed on the box of the buttons", async (context) => {
    const page = await context.newPage()
    await page.goto(`${server.url}/auth/signin`)
    await box(page).focus()
    const asked: string[] = []
    page.on("request", (request) => void asked.push(request.url()))
    await page.keyboard.press("Enter")
    // What the key has set off goes out before what this sets off.
    await page.evaluate("fetch('/auth/csrf').then((answer) => answer.text())")
    expect(asked).to.deep.equal([`${server.url}/auth/csrf`])
    expect(page.url()).to.equal(`${server.url}/auth/signin`)
  })
})
