import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import { database, migrate } from "express-authjs/database"
import { diagnosticId, onDiagnostic } from "express-authjs/diagnostics"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { signIn, useAuthApps } from "../support/auth-apps.js"
import { signOutAtProvider, useLogoutApps } from "../support/logout-apps.js"
import { useDiagnostics } from "../support/record-diagnostics.js"
import { claimsOfAda, day, minute, secret, tokenOf, useSessionApps } from "../support/session-apps.js"
import { enter, useTokenApps } from "../support/token-apps.js"
import { UserAgent } from "../support/user-agent.js"

const ada = {
  user: diagnosticId("ada", secret),
  session: diagnosticId("the-session", secret),
}

describe("diagnostics of sessions", () => {
  const start = useSessionApps()
  const { messages, recorded, expectWithout } = useDiagnostics()

  it("say who was read, whether the token is decoded or remembered", async () => {
    const app = await start()
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    for (let n = 0; n < 2; n++) await visitor.get("/guarded")
    const read = { strategy: "jwt", outcome: "active", renewed: false, ...ada }
    expect(messages("session-read")).to.deep.equal([read, read])
    expect(recorded.every(({ message }) => message.strategy === "jwt")).to.equal(true)
  })

  it("hash the user only for subscribers that look", async () => {
    let kind: PropertyDescriptor | undefined
    const stop = onDiagnostic("session-read", (message) => {
      kind = Object.getOwnPropertyDescriptor(message, "user")
    })
    const app = await start()
    await (await app.visitor(tokenOf(claimsOfAda()))).get("/guarded")
    stop()
    expect(kind).to.include({ enumerable: true }).and.have.property("get").that.is.a("function")
  })

  it("say nothing of a request without a cookie", async () => {
    const app = await start()
    await (await app.visitor()).get("/guarded")
    expect(recorded).to.deep.equal([])
  })

  it("S58: tell of a renewal, without the token", async () => {
    const app = await start()
    const token = await tokenOf(claimsOfAda(2 * day))
    await (await app.visitor(token)).get("/guarded")
    expect(messages("session-renewed")).to.deep.equal([{ cause: "use", strategy: "jwt", ...ada }])
    expect(messages("session-read")[0]).to.include({ outcome: "active", renewed: true })
    expectWithout([token, "Ada", "ada@example.com"])
  })

  it("tell of an update", async () => {
    const app = await start({ callbacks: { jwt: ({ token, session }) => ({ ...token, ...session }) } })
    await (await app.visitor(tokenOf(claimsOfAda()))).post("/update", { city: "London" })
    expect(messages("session-renewed")).to.deep.equal([{ cause: "update", strategy: "jwt", ...ada }])
    expectWithout(["London"])
  })

  it("tell of a revoked session that is used", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    await app.auth.sessions.revoke("the-session")
    await visitor.get("/guarded")
    expect(messages("session-ended")).to.deep.equal([{ cause: "revoked", session: ada.session }])
    expect(messages("session-refused")).to.deep.equal([{ reason: "revoked", strategy: "jwt", ...ada }])
    expect(messages("session-read")).to.deep.equal([{ strategy: "jwt", outcome: "ended", renewed: false }])
  })

  const expired = { ...claimsOfAda(), exp: Math.floor(Date.now() / 1000) - minute }
  for (const [reason, token] of [
    ["expired", () => tokenOf(expired)],
    ["unknown", () => tokenOf(claimsOfAda(), { with: "another secret of thirty-two characters" })],
    ["invalid", () => "not a token"],
  ] as const)
    it(`tell of a token that is ${reason}`, async () => {
      const app = await start()
      await (await app.visitor(token())).get("/guarded")
      expect(messages("session-refused")).to.deep.equal([{ reason, strategy: "jwt" }])
    })

  it("tell that callbacks.jwt ended a session", async () => {
    const app = await start({ callbacks: { jwt: () => null } })
    await (await app.visitor(tokenOf(claimsOfAda()))).get("/guarded")
    expect(messages("session-refused")).to.deep.equal([{ reason: "callback", strategy: "jwt", ...ada }])
  })

  it("S58: tell of a read that failed, without the error's message", async () => {
    const fail = () => {
      throw new Error("password=hunter2")
    }
    const app = await start({ callbacks: { session: fail } })
    await (await app.visitor(tokenOf(claimsOfAda()))).get("/guarded")
    const reason = "ERR_AUTH_SESSION"
    expect(messages("session-read")).to.deep.equal([{ strategy: "jwt", outcome: "failed", reason }])
    expectWithout(["hunter2"])
  })

  it("tell of a sign-out, here and everywhere", async () => {
    const app = await start({ revocation: memoryRevocation() })
    for (const form of [{}, { everywhere: "yes" }])
      await (await app.visitor(tokenOf({ ...claimsOfAda(), sid: "the-session" }))).post("/logout", form)
    expect(messages("session-ended").map(({ cause }) => cause)).to.deep.equal([
      "sign-out",
      "sign-out-everywhere",
    ])
    expect(messages("session-ended")[0]).to.include(ada)
  })

  it("tell of a user whose sessions the app ended", async () => {
    const app = await start({ revocation: memoryRevocation() })
    await app.auth.sessions.revokeUser("ada")
    expect(messages("session-ended")).to.deep.equal([{ cause: "user-revoked", user: ada.user }])
  })
})

describe("diagnostics of database sessions", () => {
  const apps = useAuthApps()
  const { messages, expectWithout } = useDiagnostics()

  it("S58: name the same session in all messages, and never its token", async () => {
    const adapter = createExtendedAdapter()
    const { url, auth } = await apps.start(
      { adapter },
      { routes: (app, auth) => app.get("/page", auth.session(), (_req, res) => void res.end()) },
    )
    const agent = new UserAgent()
    await signIn(agent, url)
    await agent.get(`${url}/page`)
    const read = messages("session-read").at(-1)
    const [row] = [...adapter.rows.sessions.values()]
    const [listed] = await auth.sessions.list(row?.userId ?? "")
    expect(read).to.include({ outcome: "active", strategy: "database" })
    expect(read?.session).to.equal(diagnosticId(listed?.id.split(".")[1] ?? "", secret))
    await auth.sessions.revoke(listed?.id ?? "")
    await auth.sessions.revoke("bm9uZQ.0123456789012345678901")
    await agent.get(`${url}/page`)
    const subject = { user: read?.user, session: read?.session }
    expect(messages("session-ended")).to.deep.equal([{ cause: "revoked", ...subject }])
    expect(messages("session-refused")).to.deep.equal([{ reason: "unknown", strategy: "database" }])
    expectWithout([row?.sessionToken ?? "", row?.userId ?? ""])
  })
})

describe("diagnostics of a back-channel logout", () => {
  const startApp = useLogoutApps()
  const { messages } = useDiagnostics()

  it("tell that the provider ended sessions, and which requests of its own were refused", async () => {
    const { idp, url } = await startApp({ config: () => ({ revocation: memoryRevocation() }) })
    const agent = new UserAgent()
    await signIn(agent, url)
    await signOutAtProvider(agent, idp)
    expect(messages("session-ended")).to.deep.equal([{ cause: "provider", provider: "demo" }])
    await new UserAgent().post(`${url}/auth/backchannel-logout/demo`, { logout_token: "forged" })
    expect(messages("refused")).to.deep.equal([
      {
        ...{ action: "backchannel-logout", provider: "demo", reason: "LogoutRefused" },
        ...{ code: "ERR_AUTH_LOGOUT_TOKEN", status: 400 },
      },
    ])
  })
})

describe("diagnostics of refreshed tokens", () => {
  const { start, rotating } = useTokenApps()
  const { messages, expectWithout } = useDiagnostics()

  it("S58: tell whether the provider agreed, without the tokens", async () => {
    const server = await rotating()
    server.rotation.lifetime = 30
    const app = await start({ providers: [server.provider], session: { keepTokens: true } })
    const agent = new UserAgent()
    await enter(agent, app.url)
    const { token = "" } = await app.ask(agent)
    server.rotation.fault = { status: 400, body: { error: "invalid_grant", error_description: "hunter2" } }
    await app.ask(agent)
    const step = { provider: "rotating", type: "oauth" }
    expect(messages("token-refresh")).to.deep.equal([
      { ...step, outcome: "refreshed" },
      { ...step, outcome: "refused", reason: "ERR_AUTH_REFRESH_DENIED" },
    ])
    const sent = server.refreshes.map(({ body }) => body.refresh_token ?? "")
    expectWithout([token, ...sent, "hunter2"])
  })
})

describe("diagnostics of migrations", () => {
  const { messages, expectWithout } = useDiagnostics()

  it("count the statements", async () => {
    const db = database("sqlite::memory:")
    const { length } = await migrate(db)
    await migrate(db)
    await db.close()
    expect(messages("migration")).to.deep.equal([
      { outcome: "migrated", statements: length },
      { outcome: "unchanged", statements: 0 },
    ])
  })

  it("S58: tell of a failure, without the password in the URL", async () => {
    const db = database("postgres://app:hunter2@127.0.0.1:9/app")
    const failure = await migrate(db).catch((error: Error) => error)
    await db.close()
    expect(failure).to.be.instanceOf(Error)
    expect(messages("migration")[0]).to.include({ outcome: "failed" })
    expectWithout(["hunter2"])
  })
})
