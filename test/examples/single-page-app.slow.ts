import { expect } from "chai"
import type { FakeProvider } from "express-authjs/testing"
import { browserTest } from "../support/browser-test.js"
import { watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { importExample, startSso } from "./import-example.js"

describe("examples/single-page-app.ts", () => {
  let idp: FakeProvider
  let server: Listening

  before(async () => {
    const sso = await startSso()
    idp = sso.idp
    server = await listen(await importExample("single-page-app.ts", sso.environment))
  })
  after(() => Promise.all([server.close(), idp.close()]))

  browserTest("signs in and out by fetch, and returns to the page of the router", async (context) => {
    const page = await context.newPage()
    const watch = await watchPage(page)
    await page.goto(`${server.url}/notes/7`)
    await page.getByText("Error 401").waitFor()
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByText("Ada Lovelace").waitFor()
    expect(page.url()).to.equal(`${server.url}/notes/7`)
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByText("Error 401").waitFor()
    expect(page.url()).to.equal(`${server.url}/notes/7`)
    expect(watch.cspViolations).to.deep.equal([])
  })
})
