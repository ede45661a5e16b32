import { expect } from "chai"
import express from "express"
import { browserTest } from "./browser-test.js"
import { checkAccessibility, watchPage } from "./chromium.js"
import { listen } from "./listen.js"
import { startOpenIdProvider } from "./openid-provider.js"

describe("the browser of the tests", () => {
  browserTest("reports console errors, CSP violations and requests to other hosts", async (context) => {
    const app = await listen(
      express().get("/", (_req, res) => {
        res.set("Content-Security-Policy", "script-src 'self'")
        res.send("<img src='http://elsewhere.invalid/a.png'><script>1</script>")
      }),
    )
    const page = await context.newPage()
    const watch = await watchPage(page)
    await page.goto(app.url)
    expect(watch.cspViolations).to.deep.equal(["script-src-elem blocked inline"])
    expect(watch.foreignRequests).to.deep.equal(["http://elsewhere.invalid/a.png"])
    expect(watch.errors.join()).to.include("Content Security Policy")
    const rules = (await checkAccessibility(page)).map(({ rule }) => rule)
    expect(rules).to.include.members(["document-title", "image-alt"])
    await app.close()
  })

  browserTest("signs in at the provider, whose pages are accessible and self-contained", async (context) => {
    const provider = await startOpenIdProvider()
    const app = await listen(express().get("/callback", (req, res) => res.send(`code ${req.query.code}`)))
    const page = await context.newPage()
    const watch = await watchPage(page)
    const query = { client_id: provider.clientId, redirect_uri: `${app.url}/callback`, response_type: "code" }
    await page.goto(`${provider.issuer}/auth?${new URLSearchParams({ ...query, scope: "openid" })}`)
    expect(await checkAccessibility(page)).to.deep.equal([])
    await page.getByRole("button", { name: "Continue as Ada Lovelace" }).click()
    expect(await page.textContent("body")).to.match(/^code \S/)
    await page.goto(`${provider.issuer}/session/end`)
    expect(await checkAccessibility(page)).to.deep.equal([])
    expect(watch).to.deep.equal({ errors: [], cspViolations: [], foreignRequests: [] })
    await Promise.all([app.close(), provider.close()])
  })
})
