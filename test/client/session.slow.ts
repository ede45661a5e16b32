import { expect } from "chai"
import { until } from "../support/until.js"
import { clientTest, expectTold, settle, signIn, told, waitIn } from "./client-app.js"

/** What the page's script catches, as "code status". */
const caught = (call: string) => `${call}.then(JSON.stringify, (error) => error.code + " " + error.status)`

/** More than the time for which the page takes a session as fresh. */
const later = 6_000

describe("the session in the browser", () => {
  clientTest("is one request for many callers at once", async (app) => {
    const tab = await app.open()
    await signIn(tab, "Ada")
    await expectTold(tab, "Ada, null")
    app.requests.length = 0
    const names = await tab.evaluate(
      "Promise.all([1, 2, 3].map(() => auth.getSession())).then((all) => all.map(({ user }) => user.name))",
    )
    expect(names).to.deep.equal(["Ada", "Ada", "Ada"])
    expect(app.requests).to.deep.equal(["GET /session"])
  })

  clientTest(
    "is an error, not a sign-out, while the network is down, and read again once it is back",
    async (app) => {
      await app.context.clock.install()
      const tab = await app.open()
      await signIn(tab, "Ada")
      await expectTold(tab, "Ada, null")
      await app.context.setOffline(true)
      expect(await tab.evaluate(caught("auth.getSession()"))).to.equal("ERR_AUTH_NETWORK 0")
      await app.context.clock.fastForward(later)
      await tab.evaluate("void dispatchEvent(new Event('focus'))")
      await waitIn(tab, "failures.length === 1")
      app.requests.length = 0
      await app.context.setOffline(false)
      await until(() => app.requests.includes("GET /session"))
      expect(await told(tab)).to.deep.equal(["null, undefined", "Ada, null"])
    },
  )

  clientTest("is an error, not a sign-out, while the server cannot read it", async (app) => {
    const tab = await app.open()
    await signIn(tab, "Ada")
    await expectTold(tab, "Ada, null")
    app.fails = true
    expect(await tab.evaluate(caught("auth.getSession()"))).to.equal("ERR_AUTH_NETWORK 503")
    expect(await told(tab)).to.deep.equal(["null, undefined", "Ada, null"])
    await tab.reload()
    await settle(tab)
    expect(await tab.evaluate("failures")).to.deep.equal(["ERR_AUTH_NETWORK"])
    expect(await told(tab)).to.deep.equal([])
    app.fails = false
    expect(await tab.evaluate("auth.getSession().then(({ user }) => user.name)")).to.equal("Ada")
    await expectTold(tab, "Ada, undefined")
  })

  clientTest("is read at the focus, at most every five seconds", async (app) => {
    await app.context.clock.install()
    const tab = await app.open()
    await signIn(tab, "Ada")
    await expectTold(tab, "Ada, null")
    await app.context.clearCookies()
    await tab.evaluate("void dispatchEvent(new Event('focus'))")
    expect(await told(tab)).to.have.lengthOf(2)
    app.requests.length = 0
    await app.context.clock.fastForward(later)
    await tab.evaluate(
      "for (const type of ['focus', 'visibilitychange', 'focus']) dispatchEvent(new Event(type))",
    )
    await expectTold(tab, "null, Ada")
    expect(app.requests).to.deep.equal(["GET /session"])
  })

  clientTest(
    "is renewed by keepAlive() until the user signs out, by one tab for all",
    async (app) => {
      await app.context.clock.install()
      const [tab, other] = [await app.open("/a"), await app.open("/b")]
      const tabs = [tab, other]
      await signIn(tab, "Ada")
      for (const one of tabs) await expectTold(one, "Ada, null")
      await other.evaluate(`{
        globalThis.heard = 0
        new BroadcastChannel("express-authjs ${app.url}/auth").onmessage = () => heard++
      }`)
      const expiry = async () =>
        (await app.context.cookies()).find(({ name }) => name === "authjs.session-token")?.expires ?? 0
      const before = await expiry()
      for (const [index, one] of tabs.entries())
        await one.evaluate(`void auth.keepAlive({ every: ${300 + index * 100} })`)
      app.requests.length = 0
      // In steps: a request is abandoned after 30 seconds, by the same clock.
      await app.context.clock.runFor(295_000)
      await app.context.clock.runFor(10_000)
      await until(async () => (await expiry()) > before)
      await waitIn(other, "heard > 0")
      await app.context.clock.runFor(200_000)
      expect(app.requests).to.deep.equal(["GET /session"])
      await tab.evaluate("auth.signOut({ redirect: false })")
      for (const one of tabs) await expectTold(one, "null, Ada")
      app.requests.length = 0
      await app.context.clock.runFor(1_000_000)
      expect(app.requests).to.deep.equal([])
    },
    { session: { updateAge: 0 } },
  )

  clientTest("tolerates a listener that throws, and one that was removed", async (app) => {
    const tab = await app.open()
    await tab.evaluate(`{
      auth.onSession(() => { throw new Error("of the page") })
      auth.onSession(() => told.push("removed"))()
      auth.onSession((session) => told.push("last " + session?.user.name))
    }`)
    await signIn(tab, "Ada")
    await expectTold(tab, "last Ada")
    expect(await told(tab)).to.deep.equal(["null, undefined", "last undefined", "Ada, null", "last Ada"])
    expect(tab.watch.errors).to.deep.equal(["Error: of the page", "Error: of the page"])
  })
})
