import { expect } from "chai"
import type { Page } from "playwright-core"
import { importExample } from "../examples/import-example.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"

describe("the demo in a browser", () => {
  let server: Listening

  before(async () => {
    server = await listen(await importExample("start.ts"))
  })
  after(() => server.close())

  async function expectGood(page: Page): Promise<void> {
    expect(await checkAccessibility(page), page.url()).to.deep.equal([])
    expect(await page.evaluate("document.documentElement.scrollWidth"), page.url()).to.be.at.most(360)
  }

  for (const colorScheme of ["light", "dark"] as const) {
    browserTest(
      `is accessible and fits a telephone, signed in and out: ${colorScheme}`,
      async (context) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        await page.goto(server.url)
        await expectGood(page)
        await page.getByRole("link", { name: "Members" }).click()
        await page.getByRole("button", { name: "Continue with Demo ID" }).click()
        await page.getByRole("button", { name: "Continue as Ada Lovelace" }).click()
        await page.waitForURL(`${server.url}/members`)
        await expectGood(page)
        await page.goto(`${server.url}/admin`)
        await expectGood(page)
        await page.goto(server.url)
        await expectGood(page)
        await page.getByRole("button", { name: "Sign out" }).click()
        await page.getByRole("link", { name: "Sign in" }).first().waitFor()
        expect(watch).to.deep.equal({ errors: [], cspViolations: [], foreignRequests: [] })
      },
      { colorScheme, viewport: { width: 360, height: 740 } },
    )
  }
})
