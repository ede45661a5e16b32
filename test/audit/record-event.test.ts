import { expect } from "chai"
import type { AuditEvent } from "express-authjs"
import { database } from "express-authjs/database"
import { type AuthApp, sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { passwords } from "../support/passwords.js"
import { until } from "../support/until.js"
import { UserAgent } from "../support/user-agent.js"

describe("a store of the audit trail", () => {
  const apps = useAuthApps()

  /** An app whose events go to a function. */
  async function startWith(add: (event: AuditEvent, expires: Date) => Promise<void>, days = 90) {
    const store = { add, list: async () => [], forget: async () => {} }
    return apps.start({ audit: { store, days }, providers: [apps.demo(), passwords()] })
  }

  async function timedSignIn({ url }: AuthApp): Promise<number> {
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const start = performance.now()
    const fields = { username: "ada", password: "right" }
    await agent.submit(page, { formAction: /credentials$/, fields })
    const duration = performance.now() - start
    expect(await sessionOf(agent, url)).to.have.property("user")
    return duration
  }

  it("that fails loses events and one line is logged; no sign-in fails", async () => {
    let calls = 0
    const app = await startWith(async () => {
      calls++
      throw new Error("no such table: express_authjs_audit")
    })
    for (let count = 0; count < 3; count++) await timedSignIn(app)
    const errors = app.logs.filter(({ level }) => level === "error")
    expect(errors).to.have.lengthOf(1)
    expect(errors[0]?.error).to.include({ code: "ERR_AUTH_AUDIT", status: 503 })
    expect(app.logs.filter(({ text }) => text === "missing-table")).to.have.lengthOf(1)
    expect(calls).to.equal(2)
  })

  it("that is silent delays the first sign-in by half a second, and the next ones not at all", async () => {
    let calls = 0
    const app = await startWith(() => {
      calls++
      return new Promise(() => {})
    })
    expect(await timedSignIn(app)).to.be.within(400, 5000)
    expect(app.logs.filter(({ level }) => level === "error")).to.have.lengthOf(1)
    await timedSignIn(app)
    expect(calls).to.equal(1)
    expect(app.logs.filter(({ level }) => level === "error")).to.have.lengthOf(1)
  })

  it("that throws synchronously fails no sign-in either", async () => {
    const app = await startWith(() => {
      throw new TypeError("misuse")
    })
    await timedSignIn(app)
  })

  it("gets events again once it works again", async () => {
    const stored: AuditEvent[] = []
    let isDown = true
    const app = await startWith(async (event) => {
      if (isDown) throw new Error("connect ECONNREFUSED")
      stored.push(event)
    })
    await timedSignIn(app)
    isDown = false
    await until(async () => {
      await timedSignIn(app)
      return stored.length > 0
    })
    expect(stored[0]).to.include({ event: "signed-in", userId: "1", provider: "credentials" })
  }).timeout(20_000)

  it("is told when an event may be deleted", async () => {
    const ends: number[] = []
    const app = await startWith(async (_event, expires) => void ends.push(Number(expires)), 7)
    await signIn(new UserAgent(), app.url)
    expect((ends[0] ?? 0) - Date.now()).to.be.within(7 * 86_400_000 - 10_000, 7 * 86_400_000)
  })

  it("of a database without its table loses events, and the log names the command", async () => {
    const adapter = database("sqlite::memory:")
    const app = await apps.start({
      adapter,
      audit: true,
      session: { strategy: "jwt" },
      providers: [passwords()],
    })
    await timedSignIn(app)
    expect(app.logs.map(({ text }) => text)).to.include("missing-table")
    const error = await app.auth.audit.list().catch((reason: unknown) => reason)
    expect(error).to.include({ code: "ERR_AUTH_AUDIT", status: 503 })
    await adapter.close()
  })
})
