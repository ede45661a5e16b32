import { expect } from "chai"
import express from "express"
import type { BrowserContext, Page } from "playwright-core"
import { browserTest } from "../support/browser-test.js"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { createApp } from "./app.js"

const minute = 60_000

describe("a sign-in in a browser that does not go straight", () => {
  const { now } = Date
  let provider: OpenIdProvider
  let server: Listening

  beforeEach(async () => {
    provider = await startOpenIdProvider()
    server = await listen(createApp(express, provider))
  })
  afterEach(() => {
    Date.now = now
    return Promise.all([server.close(), provider.close()])
  })

  /** Opens a guarded page and goes to the provider. */
  async function leave(page: Page, path = "/dashboard"): Promise<void> {
    await page.goto(server.url + path)
    await chooseDemo(page)
  }

  async function chooseDemo(page: Page): Promise<void> {
    await page.getByRole("button", { name: "Continue with Demo" }).click()
    await page.waitForURL(`${provider.issuer}/**`)
  }

  const chooseAda = (page: Page) => page.getByRole("button", { name: "Continue as Ada Lovelace" }).click()

  async function expectDashboard(page: Page, path = "/dashboard"): Promise<void> {
    await page.getByRole("heading", { name: "Hello Ada Lovelace", exact: true }).waitFor()
    expect(page.url()).to.equal(server.url + path)
  }

  async function expectExpired(page: Page): Promise<void> {
    await page.getByRole("heading", { name: "This sign-in has expired" }).waitFor()
    expect(page.url()).to.equal(`${server.url}/auth/error?error=Expired`)
  }

  /** From the page that says so, a person gets in after all. */
  async function startAgain(page: Page): Promise<void> {
    await page.getByRole("link", { name: "Start again" }).click()
    await page.getByRole("button", { name: "Continue with Demo" }).click()
  }

  /** The address of our callback, as the browser was sent there. */
  function callbackOf(page: Page): Promise<string> {
    return page
      .waitForRequest((request) => request.url().startsWith(`${server.url}/auth/callback/demo?`))
      .then((request) => request.url())
  }

  browserTest("lets three tabs finish out of order, each at its own page", async (context) => {
    const paths = ["/dashboard?tab=1", "/dashboard?tab=2", "/dashboard?tab=3"]
    const tabs: { page: Page; path: string }[] = []
    for (const path of paths) {
      const page = await context.newPage()
      await leave(page, path)
      tabs.push({ page, path })
    }
    for (const index of [2, 0, 1]) {
      const tab = tabs[index]
      if (!tab) throw new Error("There are three tabs")
      await chooseAda(tab.page)
      await expectDashboard(tab.page, tab.path)
    }
    expect(await flowsOf(context)).to.deep.equal([])
  })

  browserTest("goes on after the back button, at the provider and after the sign-in", async (context) => {
    const page = await context.newPage()
    await leave(page)
    await page.goBack()
    expect(new URL(page.url()).pathname).to.equal("/auth/signin")
    await chooseDemo(page)
    await chooseAda(page)
    await expectDashboard(page)
    while (!page.url().startsWith(`${server.url}/auth/signin`)) await page.goBack()
    await page.getByRole("button", { name: "Continue with Demo" }).click()
    await expectDashboard(page)
  })

  browserTest("takes the first way to the provider too, although a second was started", async (context) => {
    const page = await context.newPage()
    await leave(page)
    const first = page.url()
    await page.goBack()
    await chooseDemo(page)
    await page.goto(first)
    await chooseAda(page)
    await expectDashboard(page)
  })

  browserTest("redirects a signed-in user who reloads the callback", async (context) => {
    const page = await context.newPage()
    await leave(page)
    const callback = callbackOf(page)
    await chooseAda(page)
    await expectDashboard(page)
    await page.goto(await callback)
    expect(page.url()).to.equal(`${server.url}/`)
    await page.goto(`${server.url}/dashboard`)
    await expectDashboard(page)
  })

  browserTest(
    "asks a signed-out visitor who reloads the callback to start again, and they can",
    async (context) => {
      const page = await context.newPage()
      await leave(page)
      const callback = callbackOf(page)
      await chooseAda(page)
      await expectDashboard(page)
      await context.clearCookies({ name: /session-token/ })
      await page.goto(await callback)
      await expectExpired(page)
      await page.reload()
      await expectExpired(page)
      await startAgain(page)
      await page.waitForURL(`${server.url}/`)
      await page.goto(`${server.url}/dashboard`)
      await expectDashboard(page)
    },
  )

  browserTest(
    "asks a visitor who spends more than 15 minutes at the provider to start again",
    async (context) => {
      const page = await context.newPage()
      await leave(page)
      Date.now = () => now() + 16 * minute
      await chooseAda(page)
      await expectExpired(page)
      await startAgain(page)
      await page.waitForURL(`${server.url}/`)
      await page.goto(`${server.url}/dashboard`)
      await expectDashboard(page)
    },
  )

  browserTest("lets them go on where they have signed in meanwhile, in another tab", async (context) => {
    const [idle, other] = [await context.newPage(), await context.newPage()]
    await leave(idle)
    Date.now = () => now() + 16 * minute
    await leave(other)
    await chooseAda(other)
    await expectDashboard(other)
    await chooseAda(idle)
    await idle.waitForURL(`${server.url}/`)
    expect(await flowsOf(context)).to.have.length.of.at.most(1)
  })

  browserTest("takes the sign-in page itself after an hour", async (context) => {
    const page = await context.newPage()
    await page.goto(`${server.url}/dashboard`)
    Date.now = () => now() + 60 * minute
    await chooseDemo(page)
    await chooseAda(page)
    await expectDashboard(page)
  })

  browserTest("keeps five sign-ins at most; the oldest tab is told to start again", async (context) => {
    const pages: Page[] = []
    for (let tab = 0; tab < 6; tab++) {
      const page = await context.newPage()
      await leave(page, `/dashboard?tab=${tab}`)
      pages.push(page)
    }
    expect(await flowsOf(context)).to.have.lengthOf(5)
    const [oldest, next] = pages
    if (!oldest || !next) throw new Error("There are six tabs")
    await chooseAda(oldest)
    await expectExpired(oldest)
    await chooseAda(next)
    await expectDashboard(next, "/dashboard?tab=1")
  })
})

/** The cookies of sign-ins under way. */
async function flowsOf(context: BrowserContext): Promise<string[]> {
  const cookies = await context.cookies()
  return cookies.map(({ name }) => name).filter((name) => name.startsWith("authjs.state."))
}
