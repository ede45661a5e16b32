import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import { clientTest, expectTold, settle, signIn, told, waitIn } from "./client-app.js"

describe("the tabs of a browser", () => {
  clientTest(
    "see a sign-in and a sign-out of another within a second, in another window too",
    async (app) => {
      const [first, second] = [await app.open("/a"), await app.open("/b")]
      const [third] = await Promise.all([
        first.waitForEvent("popup"),
        first.evaluate(`void open("/c", "", "popup")`),
      ])
      await settle(third)
      await signIn(first, "Ada")
      for (const tab of [first, second, third]) await expectTold(tab, "Ada, null")
      await second.evaluate("auth.signOut({ redirect: false })")
      for (const tab of [first, second, third]) await expectTold(tab, "null, Ada")
      expect(await told(first)).to.deep.equal(["null, undefined", "Ada, null", "null, Ada"])
    },
  )

  clientTest("see a sign-out that leaves its page", async (app) => {
    const [first, second] = [await app.open("/a"), await app.open("/b")]
    await signIn(first, "Ada")
    await expectTold(second, "Ada, null")
    await first.evaluate(`void auth.signOut({ redirectTo: "/plain" })`)
    await expectTold(second, "null, Ada")
    await first.waitForURL("**/plain")
  })

  clientTest("do not keep each other from leaving", async (app) => {
    const [first, second] = [await app.open("/a"), await app.open("/b")]
    await signIn(first, "Ada")
    await expectTold(second, "Ada, null")
    await first.evaluate(
      "void auth.onSession((session, previous) => previous && !session && location.reload())",
    )
    await first.route("**/plain", async (route) => {
      for (let count = 0; count < 5; count++) await second.evaluate("auth.getSession()")
      await route.continue()
    })
    await first.evaluate(`void auth.signOut({ redirectTo: "/plain" })`)
    await first.waitForURL("**/plain", { timeout: 5000 })
  })

  clientTest("see a sign-out by a form, as soon as a page with the module follows", async (app) => {
    const [first, second] = [await app.open("/a"), await app.open("/b")]
    await signIn(first, "Ada")
    await expectTold(second, "Ada, null")
    await first.goto(`${app.url}/auth/signout?callbackUrl=/a`)
    await first.getByRole("button", { name: "Sign out" }).click()
    await first.waitForURL("**/a")
    await expectTold(second, "null, Ada")
  })

  clientTest("reload when another person signs in, and show nothing of them before", async (app) => {
    const [first, second] = [await app.open("/a"), await app.open("/b")]
    await signIn(first, "Ada")
    await expectTold(second, "Ada, null")
    await second.evaluate("globalThis.isOld = true")
    await signIn(first, "Grace")
    await waitIn(second, "!globalThis.isOld && globalThis.told?.length > 0")
    expect(await told(second)).to.deep.equal(["Grace, undefined"])
    await waitIn(first, `globalThis.told?.join() === "Grace, undefined"`)
  })

  clientTest("do not hear those of another mount", async (app) => {
    const [first, second] = [await app.open("/a"), await app.open("/b")]
    await second.evaluate(`{
      const other = auth.createClient({ basePath: "/other/auth" })
      globalThis.others = []
      other.onSession((session) => others.push(session))
    }`)
    await waitIn(second, "others.length === 1")
    await signIn(first, "Ada")
    await expectTold(second, "Ada, null")
    expect(await second.evaluate("others")).to.deep.equal([null])
  })

  clientTest(
    "learn at the focus that the session was ended in another browser",
    async (app) => {
      await app.context.clock.install()
      const tab = await app.open()
      await signIn(tab, "Ada")
      await expectTold(tab, "Ada, null")
      const elsewhere = await app.context.browser()?.newContext()
      if (!elsewhere) throw new Error("The context has a browser")
      await elsewhere.addCookies(await app.context.cookies())
      const other = await elsewhere.newPage()
      await other.goto(`${app.url}/auth/signout`)
      await other.getByRole("button", { name: "Sign out" }).click()
      await other.waitForURL(`${app.url}/`)
      await elsewhere.close()
      expect(await told(tab)).to.have.lengthOf(2)
      await app.context.clock.fastForward(6_000)
      await tab.evaluate("void dispatchEvent(new Event('focus'))")
      await expectTold(tab, "null, Ada")
    },
    { revocation: memoryRevocation() },
  )

  clientTest("ask once each when something changed, and not again", async (app) => {
    const tabs = [await app.open("/a"), await app.open("/b"), await app.open("/c")]
    const [first] = tabs
    if (!first) throw new Error("There are three tabs")
    app.requests.length = 0
    await signIn(first, "Ada")
    for (const tab of tabs) await expectTold(tab, "Ada, null")
    await first.evaluate("auth.getSession()")
    expect(app.requests.filter((line) => line === "GET /session")).to.have.lengthOf(4)
  })
})
