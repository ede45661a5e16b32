import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { fakeProvider, storageState } from "express-authjs/testing"
import { browserTest } from "../support/browser-test.js"
import { type Listening, listen } from "../support/listen.js"

describe("the test kit, in Chromium", () => {
  let server: Listening | undefined
  afterEach(() => server?.close())

  function createApp(providers: ExpressAuthConfig["providers"] = []) {
    const auth = ExpressAuth({ secret: "a secret of at least thirty-two characters", providers })
    const app = express().use("/auth", auth)
    return app.get("/", auth.requireAuth(), (req, res) => void res.send(`Hello ${req.auth.user.name}`))
  }

  browserTest("signs a browser in by its storage state", async (context) => {
    const app = createApp()
    server = await listen(app)
    const browser = context.browser()
    const state = await storageState(app, { user: { name: "Ada" }, origin: server.url })
    const page = await browser?.newPage({ storageState: state })
    await page?.goto(server.url)
    expect(await page?.textContent("body")).to.equal("Hello Ada")
    await page?.context().close()
  })

  browserTest("lets a browser sign in at the provider, without a page there", async (context) => {
    const idp = await fakeProvider()
    server = await listen(createApp([idp.provider]))
    const page = await context.newPage()
    await page.goto(server.url)
    await page.getByRole("button", { name: "Fake provider" }).click()
    await page.waitForURL(`${server.url}/`)
    expect(await page.textContent("body")).to.equal("Hello Ada Lovelace")
    await idp.close()
  })
})
