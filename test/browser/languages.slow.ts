import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import Nodemailer from "express-authjs/providers/nodemailer"
import type { Page } from "playwright-core"
import { textsOf } from "../../lib/texts/texts.js"
import { secret } from "../support/auth-apps.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { type MailServer, startMailServer } from "../support/mail-server.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }

/** Set it to a folder to look at the pages. */
const pictures = process.env.LANGUAGE_PICTURES

describe("a sign-in by e-mail in the visitor's language", () => {
  let mail: MailServer
  let server: Listening

  beforeEach(async () => {
    mail = await startMailServer()
    const providers = [Nodemailer({ server: mail.url, from: "login@app.example" })]
    const auth = ExpressAuth({
      secret,
      providers,
      adapter: createMemoryAdapter(),
      session: { remember: "ask" },
    })
    const app = express()
    app.use("/auth", auth)
    app.get("/", auth.requireAuth(), (req, res) => {
      res.send(`<!doctype html><html lang="en"><title>Home</title><h1>Hello ${req.auth.user.email}</h1>`)
    })
    server = await listen(app)
  })
  afterEach(() => Promise.all([server.close(), mail.close()]))

  for (const [locale, dir] of [
    ["de-DE", "ltr"],
    ["ar-EG", "rtl"],
  ] as const)
    browserTest(
      `reads ${locale} from the first page to the last`,
      async (context) => {
        const { t } = textsOf(locale.slice(0, 2))
        const page = await context.newPage()
        const watch = await watchPage(page)
        let shown = 0
        const check = async (which: Page = page) => {
          if (pictures)
            await which.screenshot({ path: `${pictures}/${locale}-${++shown}.png`, fullPage: true })
          expect(
            await which.evaluate("[document.documentElement.lang, document.documentElement.dir]"),
          ).to.deep.equal([locale.slice(0, 2), dir])
          expect(await which.evaluate("document.documentElement.scrollWidth")).to.be.at.most(375)
          expect(await checkAccessibility(which)).to.deep.equal([])
        }
        const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click()

        await page.goto(server.url)
        await check()
        await page.getByLabel(t("field.email")).fill("ada@example.com")
        await press(page, t("signIn.withEmail"))
        await page.getByRole("heading", { name: t("verify.heading") }).waitFor()
        await check()
        await page.getByLabel(t("field.code")).fill(mail.code() === "000000" ? "000001" : "000000")
        await press(page, t("action.signIn"))
        await page.getByRole("alert").getByText(t("verify.codeWrong")).waitFor()
        await check()

        const [sent] = mail.mails
        const reader = await context.newPage()
        await reader.setContent(sent?.html ?? "")
        expect(await reader.title()).to.equal(t("mail.subject", { host: new URL(server.url).host }))
        await check(reader)

        await page.goto(mail.link())
        await check()
        await press(page, t("action.signIn"))
        await page.getByRole("heading", { name: "Hello ada@example.com" }).waitFor()
        await page.goto(`${server.url}/auth/signout`)
        await check()
        await press(page, t("action.signOut"))
        expect(watch).to.deep.equal(clean)
        await page.goto(mail.link())
        await press(page, t("action.signIn"))
        await page.getByRole("heading", { name: t("error.verification.heading") }).waitFor()
        await check()
      },
      { locale, viewport: { width: 375, height: 740 } },
    )
})
