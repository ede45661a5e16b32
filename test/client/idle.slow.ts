import { expect } from "chai"
import type { Page } from "playwright-core"
import { type ClientApp, clientTest, expectTold, signIn, type Tab, told, waitIn } from "./client-app.js"

/** Warns after ten minutes and signs out after fifteen; `notes` are the calls of both listeners. */
const start = `{
  globalThis.notes = []
  globalThis.timer = auth.idle({
    warnAfter: 600,
    signOutAfter: 900,
    redirectTo: "/bye",
    onWarn: (date) => notes.push("warn " + Math.round((date - Date.now()) / 60000)),
    onEnd: () => notes.push("end"),
  })
}`

const minutes = (count: number) => count * 60_000

async function openSignedIn(app: ClientApp, paths: string[]): Promise<Tab[]> {
  await app.context.clock.install()
  const tabs: Tab[] = []
  for (const path of paths) tabs.push(await app.open(path))
  if (tabs[0]) await signIn(tabs[0], "Ada")
  for (const tab of tabs) {
    await expectTold(tab, "Ada, null")
    await tab.evaluate(start)
  }
  return tabs
}

const notes = (tab: Page) => tab.evaluate<string[]>("notes")

describe("idle() in the browser", () => {
  clientTest("warns, ends the warning at input, and signs out", async (app) => {
    const [tab] = await openSignedIn(app, ["/a"])
    if (!tab) throw new Error("There is a tab")
    await app.context.clock.runFor(minutes(9))
    expect(await notes(tab)).to.deep.equal([])
    await app.context.clock.runFor(minutes(2))
    await tab.mouse.move(10, 10)
    expect(await notes(tab)).to.deep.equal(["warn 5", "end"])
    await app.context.clock.runFor(minutes(11))
    await tab.evaluate("timer.stay()")
    expect(await notes(tab)).to.deep.equal(["warn 5", "end", "warn 5", "end"])
    app.requests.length = 0
    await app.context.clock.runFor(minutes(16))
    await tab.waitForURL("**/bye")
    expect(app.requests).to.include("POST /signout")
    await expectTold(tab, "null, undefined")
  })

  clientTest("counts input in any tab, and signs all of them out together", async (app) => {
    const [tab, other] = await openSignedIn(app, ["/a", "/b"])
    if (!tab || !other) throw new Error("There are two tabs")
    await app.context.clock.runFor(minutes(11))
    await waitIn(other, "notes.length === 1")
    await tab.keyboard.press("a")
    await waitIn(other, "notes.length === 2")
    expect(await notes(other)).to.deep.equal(["warn 5", "end"])
    await app.context.clock.runFor(minutes(9))
    expect(await told(tab)).to.include("Ada, null")
    await app.context.clock.runFor(minutes(7))
    await expectEither(tab, other)
  })

  clientTest("signs out after a sleep, however late the timers are, and whatever is pressed", async (app) => {
    const [tab] = await openSignedIn(app, ["/a"])
    if (!tab) throw new Error("There is a tab")
    const { time } = await tab.evaluate<{ time: number }>("({ time: Date.now() })")
    await app.context.clock.setSystemTime(time + minutes(180))
    await tab.keyboard.press("a")
    await tab.mouse.move(20, 20)
    await app.context.clock.runFor(3_000)
    await tab.waitForURL("**/bye")
  })

  clientTest("tries again while the network is down", async (app) => {
    const [tab] = await openSignedIn(app, ["/a"])
    if (!tab) throw new Error("There is a tab")
    await app.context.setOffline(true)
    await app.context.clock.runFor(minutes(16))
    await app.context.setOffline(false)
    await app.context.clock.runFor(11_000)
    await tab.waitForURL("**/bye")
  })

  clientTest("does not count for visitors who are not signed in, nor after stop()", async (app) => {
    await app.context.clock.install()
    const tab = await app.open("/a")
    await tab.evaluate(start)
    await app.context.clock.runFor(minutes(20))
    expect(await notes(tab)).to.deep.equal([])
    await signIn(tab, "Ada")
    await expectTold(tab, "Ada, null")
    await app.context.clock.runFor(minutes(11))
    await tab.evaluate("timer.stop()")
    expect(await notes(tab)).to.deep.equal(["warn 5", "end"])
    app.requests.length = 0
    await app.context.clock.runFor(minutes(20))
    expect(app.requests).to.deep.equal([])
  })

  clientTest("pauses keepAlive() while it warns", async (app) => {
    const [tab] = await openSignedIn(app, ["/a"])
    if (!tab) throw new Error("There is a tab")
    await tab.evaluate("void auth.keepAlive({ every: 660 })")
    await app.context.clock.runFor(minutes(10.5))
    app.requests.length = 0
    await app.context.clock.runFor(minutes(4))
    expect(app.requests).to.deep.equal([])
  })

  clientTest("refuses times that are none", async (app) => {
    const tab = await app.open("/a")
    const message = (call: string) => `(() => { try { ${call} } catch (error) { return error.name } })()`
    for (const call of ["auth.idle({})", "auth.keepAlive({ every: 0 })", "auth.keepAlive({ every: '5m' })"])
      expect(await tab.evaluate(message(call))).to.equal("TypeError")
  })
})

/** One tab signs out and goes to the page for that; the other is told, or does the same. */
async function expectEither(...tabs: Tab[]): Promise<void> {
  for (const tab of tabs) await waitIn(tab, `location.pathname === "/bye" || told.at(-1) === "null, Ada"`)
}
