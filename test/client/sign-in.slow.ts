import { expect } from "chai"
import { clientTest, expectTold, settle, signIn, waitIn } from "./client-app.js"

const wrong = `{ name: "Ada", password: "wrong", redirect: false }`

describe("signIn() and signOut() in the browser", () => {
  clientTest("report a wrong password without leaving the page", async (app) => {
    const tab = await app.open()
    const result = await tab.evaluate(`auth.signIn("credentials", ${wrong})`)
    expect(result).to.include({ ok: false, status: 200, error: "CredentialsSignin", code: "credentials" })
    expect(tab.url()).to.equal(`${app.url}/`)
  })

  clientTest("go to the requested page, and reload one that differs in the fragment only", async (app) => {
    const tab = await app.open("/a?b#c")
    await tab.evaluate(
      `void auth.signIn("credentials", { name: "Ada", password: "right", redirectTo: "/b" })`,
    )
    await tab.waitForURL("**/b")
    await tab.goto(`${app.url}/a?b#c`)
    await settle(tab)
    await tab.evaluate("void auth.signOut()")
    await waitIn(tab, `globalThis.told?.at(-1) === "null, undefined"`)
    expect(tab.url()).to.equal(`${app.url}/a?b#c`)
  })

  clientTest("open the sign-in page without a provider, which returns to the page", async (app) => {
    const tab = await app.open("/notes/7")
    await tab.evaluate("void auth.signIn()")
    await tab.waitForURL("**/auth/signin?**")
    await tab.getByLabel("name").fill("Ada")
    await tab.locator("input[type=password]").fill("right")
    await tab.getByRole("button", { name: /sign in/i }).click()
    await tab.waitForURL("**/notes/7")
  })

  clientTest("request another CSRF token when the first no longer counts", async (app) => {
    const tab = await app.open()
    let posts = 0
    await tab.route("**/signin/credentials*", async (route) => {
      if (posts++ === 0) await app.context.clearCookies({ name: "authjs.csrf-token" })
      await route.continue()
    })
    await signIn(tab, "Ada")
    await expectTold(tab, "Ada, null")
    expect(posts).to.equal(2)
  })

  clientTest("give up after a second refusal", async (app) => {
    const tab = await app.open()
    await tab.route("**/auth/csrf", (route) => route.fulfill({ json: { csrfToken: "stale" } }))
    const result = await tab.evaluate(`auth.signIn("credentials", ${wrong})`)
    expect(result).to.include({ ok: false, error: "MissingCSRF" })
    expect(app.requests.filter((line) => line.startsWith("POST"))).to.have.lengthOf(2)
  })

  clientTest("report too many attempts", async (app) => {
    const tab = await app.open()
    let result: unknown
    for (let count = 0; count < 12; count++)
      result = await tab.evaluate(`auth.signIn("credentials", ${wrong})`)
    expect(result).to.include({ ok: false, status: 429, error: "RateLimited" })
  })

  clientTest("reject where the network is down", async (app) => {
    const tab = await app.open()
    await app.context.setOffline(true)
    const code = await tab.evaluate(`auth.signOut().catch((error) => error.name + " " + error.code)`)
    expect(code).to.equal("AuthClientError ERR_AUTH_NETWORK")
  })
})
