import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { listen } from "../support/listen.js"
import { withEnvironment } from "../support/with-environment.js"

/** An app that fails in a line of its own, before the mount of ExpressAuth is known. */
function createApp() {
  const logger = { warn() {}, error() {} }
  return withEnvironment({ NODE_ENV: "development" }, () => {
    const auth = ExpressAuth({ providers: [], secret: "s".repeat(32), logger, basePath: "/auth" })
    const unmounted = ExpressAuth({ providers: [], secret: "s".repeat(32), logger })
    const allow = () => auth.sessions.list("nobody").then(() => true)
    return express()
      .use("/auth", auth)
      .get("/unmounted", unmounted.requireAuth())
      .get("/allow", auth.requireAuth({ allow }))
  })
}

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [360, 1100])
    browserTest(
      `the error page of development is accessible, fits ${width} px and breaks no policy: ${colorScheme}`,
      async (context) => {
        const { url, close } = await listen(createApp())
        const page = await context.newPage()
        const watch = await watchPage(page)
        const response = await page.goto(`${url}/unmounted`)
        expect(response?.status()).to.equal(500)
        expect(await page.textContent("h1")).to.equal("ERR_AUTH_MOUNT")
        expect(await page.evaluate("document.styleSheets.length")).to.equal(2)
        expect(await checkAccessibility(page)).to.deep.equal([])
        expect(await page.evaluate("document.documentElement.scrollWidth")).to.be.at.most(width)
        const loadFailures = watch.errors.filter((error) => !/status of 500/.test(error))
        expect({ ...watch, errors: loadFailures }).to.deep.equal({
          errors: [],
          cspViolations: [],
          foreignRequests: [],
        })
        await close()
      },
      { colorScheme, viewport: { width, height: 740 } },
    )
