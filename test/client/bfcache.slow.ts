import { launchChromium } from "../support/chromium.js"
import { expectTold, signIn, startClientApp, waitIn } from "./client-app.js"

describe("a page from the back/forward cache", () => {
  it("is told of a sign-out that it missed", async function () {
    this.timeout(60_000)
    // Playwright turns the cache off by default.
    const browser = await launchChromium({ ignoreDefaultArgs: ["--disable-back-forward-cache"] })
    if (!browser) return this.skip()
    const context = await browser.newContext()
    const app = await startClientApp(context)
    try {
      const [page, other] = [await app.open("/a"), await app.open("/b")]
      await signIn(page, "Ada")
      await expectTold(page, "Ada, null")
      await page.evaluate("globalThis.isOld = true")
      await page.goto(`${app.url}/plain`)
      await other.evaluate("auth.signOut({ redirect: false })")
      await expectTold(other, "null, Ada")
      await page.evaluate("void history.back()")
      await waitIn(page, "globalThis.isOld")
      await expectTold(page, "null, Ada")
    } finally {
      await app.close()
      await browser.close()
    }
  })
})
