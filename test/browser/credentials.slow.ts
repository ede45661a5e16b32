import { mock } from "node:test"
import { expect } from "chai"
import express from "express"
import { CredentialsSignin, ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import type { Page } from "playwright-core"
import { secret } from "../support/auth-apps.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }
const messages = { locked: "Your account is locked for 15 minutes." }

class Locked extends CredentialsSignin {
  override code = "locked"
}

/** One of two forms that look alike. */
const form = (id: string, name: string) =>
  Credentials({
    ...{ id, name },
    credentials: { username: { label: `${name} number` }, password: { label: `${name} password` } },
    authorize: ({ username, password }) => {
      if (username === "locked") throw new Locked()
      return password === "right" ? { id: String(username), name: String(username) } : null
    },
  })

describe("passwords with a browser", () => {
  let server: Listening

  before(async () => {
    const providers = [form("staff", "Staff"), form("members", "Member")]
    const auth = ExpressAuth({ secret, providers, messages })
    const app = express()
    app.use("/auth", auth)
    app.get("/", auth.requireAuth(), (req, res) => {
      res.send(`<!doctype html><html lang="en"><title>Home</title><h1>Hello ${req.auth.user.name}</h1>`)
    })
    app.get("/pay", auth.requireAuth({ maxAge: 60 }), (_req, res) => {
      res.send('<!doctype html><html lang="en"><title>Pay</title><h1>Paid</h1>')
    })
    server = await listen(app)
  })
  after(() => server.close())
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: Date.now() }))
  afterEach(() => mock.timers.reset())

  async function useAnotherMethod(page: Page): Promise<void> {
    await page.getByRole("link", { name: "Use another method" }).click()
    await page.getByLabel("Member number").waitFor()
  }

  async function type(page: Page, username: string, password: string): Promise<void> {
    await page.getByLabel("Member number").fill(username)
    await page.getByLabel("Member password").fill(password)
    await page.keyboard.press("Enter")
  }

  const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true }).waitFor()

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "" : ", without JavaScript"

    browserTest(
      `are asked for again beside the name, and a code of the app's is put in its words${how}`,
      async (context) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        await page.goto(server.url)
        await useAnotherMethod(page)
        await type(page, "ada", "wrong")
        await page.getByRole("alert").getByText("do not match").waitFor()
        if (javaScriptEnabled) expect(await checkAccessibility(page)).to.deep.equal([])
        expect(await page.getByLabel("Member number").inputValue()).to.equal("ada")
        expect(await page.getByLabel("Member password").inputValue()).to.equal("")
        expect(await page.getByLabel("Staff number").count()).to.equal(0)
        await type(page, "locked", "right")
        await page.getByRole("alert").getByText(messages.locked).waitFor()
        await type(page, "ada", "right")
        await heading(page, "Hello ada")
        expect(watch).to.deep.equal(clean)
      },
      { javaScriptEnabled },
    )

    browserTest(
      `are asked for again before what matters${how}`,
      async (context) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        await page.goto(server.url)
        await useAnotherMethod(page)
        await type(page, "ada", "right")
        await heading(page, "Hello ada")
        mock.timers.tick(61_000)
        await page.goto(`${server.url}/pay?sum=5`)
        await page.getByText("Sign in again, to confirm that it is you.").waitFor()
        if (javaScriptEnabled) expect(await checkAccessibility(page)).to.deep.equal([])
        await type(page, "ada", "right")
        await heading(page, "Paid")
        expect(page.url()).to.equal(`${server.url}/pay?sum=5`)
        expect(watch).to.deep.equal(clean)
      },
      { javaScriptEnabled },
    )
  }
})
