import { expect } from "chai"
import express from "express"
import { browserTest } from "../support/browser-test.js"
import { watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { createApp } from "./app.js"

describe("signing out at the provider too, with a browser under Helmet's defaults", () => {
  let provider: OpenIdProvider
  let server: Listening

  before(async () => {
    provider = await startOpenIdProvider()
    server = await listen(createApp(express, provider))
  })
  after(() => Promise.all([server.close(), provider.close()]))

  for (const javaScriptEnabled of [true, false])
    browserTest(
      `goes there and comes back${javaScriptEnabled ? "" : ", without JavaScript"}`,
      async (context) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        await page.goto(`${server.url}/dashboard`)
        await page.getByRole("button", { name: "Continue with Demo" }).click()
        await page.getByRole("button", { name: "Continue as Ada Lovelace" }).click()
        await page.getByRole("heading", { name: "Hello Ada Lovelace" }).waitFor()
        await page.goto(`${server.url}/auth/signout?idp=true&callbackUrl=/own`)
        await page.getByRole("button", { name: "Sign out" }).click()
        await page.waitForURL(`${provider.issuer}/session/end?**`)
        await page.getByRole("button", { name: "Sign out" }).click()
        await page.waitForURL(`${server.url}/own`)
        await page.goto(`${server.url}/dashboard`)
        await page.getByRole("button", { name: "Continue with Demo" }).click()
        await page.getByText("Sign in to continue to").waitFor()
        expect(watch).to.deep.equal({ errors: [], cspViolations: [], foreignRequests: [] })
      },
      { javaScriptEnabled },
    )
})
