import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import Nodemailer from "express-authjs/providers/nodemailer"
import type { Page } from "playwright-core"
import { secret } from "../support/auth-apps.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { type MailServer, startMailServer } from "../support/mail-server.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }

describe("sign-in by e-mail with a browser", () => {
  let mail: MailServer
  let server: Listening

  beforeEach(async () => {
    mail = await startMailServer()
    const providers = [Nodemailer({ server: mail.url, from: "login@app.example" })]
    const auth = ExpressAuth({ secret, providers, adapter: createMemoryAdapter() })
    const app = express()
    app.use("/auth", auth)
    app.get("/", auth.requireAuth(), (req, res) => {
      res.send(`<!doctype html><html lang="en"><title>Home</title><h1>Hello ${req.auth.user.email}</h1>`)
    })
    server = await listen(app)
  })
  afterEach(() => Promise.all([server.close(), mail.close()]))

  async function ask(page: Page): Promise<void> {
    await page.goto(server.url)
    await page.getByLabel("Email address").fill("ada@example.com")
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Check your email" }).waitFor()
  }

  async function typeCode(page: Page, code: string): Promise<void> {
    await page.getByLabel("Code from the email").fill(code)
    await page.keyboard.press("Enter")
  }

  const greeted = (page: Page) => page.getByRole("heading", { name: "Hello ada@example.com" }).waitFor()

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "" : ", without JavaScript"

    browserTest(
      `takes the code after a wrong one${how}`,
      async (context) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        await ask(page)
        if (javaScriptEnabled) expect(await checkAccessibility(page)).to.deep.equal([])
        await typeCode(page, mail.code() === "000000" ? "000001" : "000000")
        await page.getByRole("alert").getByText("not the code").waitFor()
        if (javaScriptEnabled) expect(await checkAccessibility(page)).to.deep.equal([])
        await typeCode(page, mail.code())
        await greeted(page)
        expect(page.url()).to.equal(`${server.url}/`)
        expect(watch).to.deep.equal(clean)
      },
      { javaScriptEnabled },
    )

    browserTest(
      `takes the link of the mail that it shows${how}`,
      async (context) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        await ask(page)
        const reader = await context.newPage()
        await reader.setContent(mail.mails[0]?.html ?? "")
        if (javaScriptEnabled) expect(await checkAccessibility(reader)).to.deep.equal([])
        const link = await reader.getByRole("link", { name: "Sign in", exact: true }).getAttribute("href")
        await page.goto(link ?? "")
        await page.getByRole("button", { name: "Sign in" }).click()
        await greeted(page)
        expect(watch).to.deep.equal(clean)
      },
      { javaScriptEnabled },
    )
  }

  browserTest("says when a code is dead, and lets users ask again", async (context) => {
    const page = await context.newPage()
    await ask(page)
    const wrong = mail.code() === "000000" ? "000001" : "000000"
    for (let n = 0; n < 4; n++) {
      await typeCode(page, wrong)
      await page.getByRole("alert").waitFor()
      await page.getByLabel("Code from the email").fill("")
    }
    await typeCode(page, wrong)
    await page.getByRole("alert").getByText("This code no longer works").waitFor()
    await page.getByRole("link", { name: "Use another address" }).click()
    await page.getByLabel("Email address").waitFor()
    await page.goBack()
    await page.getByRole("button", { name: "Send again" }).click()
    await page.getByText("We sent another email to ada@example.com").waitFor()
    expect(mail.mails).to.have.length(2)
    await typeCode(page, mail.code())
    await greeted(page)
  })
})
