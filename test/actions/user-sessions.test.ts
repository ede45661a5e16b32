import { expect } from "chai"
import { ExpressAuth, type ExpressAuthConfig, memoryRevocation, sessionsOf } from "express-authjs"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import {
  now,
  type SessionApp,
  type SessionAppOptions,
  secret,
  useSessionApps,
  type Visitor,
} from "../support/session-apps.js"

const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
const safari =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"

async function signedIn(app: SessionApp, name: string, userAgent = firefox): Promise<Visitor> {
  const visitor = await app.visitor(undefined, { headers: { "user-agent": userAgent } })
  await visitor.post("/login", { name })
  expect((await visitor.get("/guarded")).status).to.equal(200)
  return visitor
}

/** The code of the error a promise is rejected with. */
async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "no error",
    (error) => error.code,
  )
}

describe("auth.sessions with JWT sessions", () => {
  const start = useSessionApps()

  it("lists the user's sessions with device, address and times, the latest used first", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const desk = await signedIn(app, "ada", firefox)
    const phone = await signedIn(app, "ada", safari)
    await signedIn(app, "grace")
    const listed = await app.auth.sessions.list("ada")
    const sids = [(await phone.claims())?.sid, (await desk.claims())?.sid]
    expect(listed.map(({ id }) => id)).to.have.members(sids)
    const first = listed.find(({ id }) => id === sids[1])
    expect(first).to.include({ userId: "ada", device: "Firefox on Windows" })
    expect(first?.address).to.match(/127\.0\.0\.1$|^::1$/)
    expect(Number(first?.createdAt) / 1000).to.be.closeTo(now(), 2)
    expect(Number(first?.lastUsedAt) / 1000).to.be.closeTo(now(), 2)
    expect(Number(first?.expires) / 1000).to.be.closeTo(now() + 30 * 24 * 60 * 60, 2)
    expect(listed.map(({ device }) => device)).to.include("Safari on iOS")
  })

  it("marks the session of the request it is given", async () => {
    const routes: SessionAppOptions["routes"] = (server, auth) =>
      server.get("/sessions", async (req, res) => void res.json(await auth.sessions.list("ada", req)))
    const app = await start({ revocation: memoryRevocation() }, { routes })
    const [phone, desk] = [await signedIn(app, "ada"), await signedIn(app, "ada")]
    for (const visitor of [phone, desk]) {
      const listed: { id: string; current?: boolean }[] = JSON.parse((await visitor.get("/sessions")).body)
      expect(listed.filter(({ current }) => current).map(({ id }) => id)).to.deep.equal([
        (await visitor.claims())?.sid,
      ])
    }
  })

  it("lists a session once, however often its token was issued again", async () => {
    const app = await start({ revocation: memoryRevocation(), session: { updateAge: 0 } })
    const visitor = await signedIn(app, "ada")
    await visitor.get("/guarded")
    expect(await app.auth.sessions.list("ada")).to.have.lengthOf(1)
  })

  it("ends the one session that is named", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const [phone, desk] = [await signedIn(app, "ada"), await signedIn(app, "ada")]
    await app.auth.sessions.revoke(String((await phone.claims())?.sid))
    expect((await phone.get("/guarded")).status).to.equal(401)
    expect((await desk.get("/guarded")).status).to.equal(200)
    expect((await app.auth.sessions.list("ada")).map(({ id }) => id)).to.deep.equal([
      (await desk.claims())?.sid,
    ])
  })

  it("S16: ends all sessions of a user at once", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const [phone, grace] = [await signedIn(app, "ada"), await signedIn(app, "grace")]
    await app.auth.sessions.revokeUser("ada")
    expect((await phone.get("/guarded")).status).to.equal(401)
    expect((await grace.get("/guarded")).status).to.equal(200)
    expect(await app.auth.sessions.list("ada")).to.deep.equal([])
    await signedIn(app, "ada")
  })

  it("no longer lists a session that signed out", async () => {
    const app = await start({ revocation: memoryRevocation() })
    await (await signedIn(app, "ada")).post("/logout")
    expect(await app.auth.sessions.list("ada")).to.deep.equal([])
  })

  it("can be had for a configuration alone, beside the middleware", async () => {
    const revocation = memoryRevocation()
    const app = await start({ revocation })
    const visitor = await signedIn(app, "ada")
    await sessionsOf({ providers: [], secret, revocation }).revokeUser("ada")
    expect((await visitor.get("/guarded")).status).to.equal(401)
  })

  it("says what is missing without a store, and with one that keeps no sessions", async () => {
    const { sessions } = (await start()).auth
    for (const attempt of [sessions.list("ada"), sessions.revoke("x"), sessions.revokeUser("ada")])
      expect(await codeOf(attempt)).to.equal("ERR_AUTH_INVALID_OPTION")
    const { revoke, isRevoked } = memoryRevocation()
    const forgetful = (await start({ revocation: { revoke, isRevoked } })).auth.sessions
    expect(await codeOf(forgetful.list("ada"))).to.equal("ERR_AUTH_INVALID_OPTION")
    expect(await codeOf(forgetful.revokeUser("ada"))).to.equal("no error")
  })

  it("asks for the configuration where it depends on the request", async () => {
    const config: ExpressAuthConfig = { providers: [], secret, revocation: memoryRevocation() }
    const { sessions } = ExpressAuth(() => config)
    expect(await codeOf(sessions.list("ada"))).to.equal("ERR_AUTH_INVALID_OPTION")
    expect(await sessionsOf(config).list("ada")).to.deep.equal([])
  })
})

describe("auth.sessions with database sessions", () => {
  const startApp = useSessionApps()

  async function start(adapter = createExtendedAdapter(), config: Partial<ExpressAuthConfig> = {}) {
    for (const id of ["ada", "grace"])
      await adapter.createUser({ id, email: `${id}@example.com`, emailVerified: null })
    return startApp({ adapter, ...config })
  }

  it("lists the user's rows under ids that are no tokens", async () => {
    const app = await start()
    const visitor = await signedIn(app, "ada")
    await signedIn(app, "grace")
    const [listed, ...others] = await app.auth.sessions.list("ada")
    expect(others).to.deep.equal([])
    expect(listed).to.include({ userId: "ada" })
    expect(Number(listed?.createdAt) / 1000).to.be.closeTo(now(), 2)
    const sealed = (await visitor.sealed()) ?? ""
    expect(JSON.stringify(listed)).not.to.include(sealed).and.not.to.include(sealed.slice(0, 10))
    expect((await (await app.visitor(listed?.id)).get("/guarded")).status).to.equal(401)
  })

  it("ends the one session that is named", async () => {
    const app = await start()
    const phone = await signedIn(app, "ada")
    const [listed] = await app.auth.sessions.list("ada")
    const desk = await signedIn(app, "ada")
    await app.auth.sessions.revoke(listed?.id ?? "")
    expect((await phone.get("/guarded")).status).to.equal(401)
    expect((await desk.get("/guarded")).status).to.equal(200)
  })

  it("changes nothing for an id of no session, however malformed", async () => {
    const adapter = createExtendedAdapter()
    const asked: string[] = []
    const app = await start({
      ...adapter,
      listSessions: (userId) => {
        asked.push(userId)
        return adapter.listSessions(userId)
      },
    })
    await signedIn(app, "ada")
    const [listed] = await app.auth.sessions.list("ada")
    const id = listed?.id ?? ""
    asked.length = 0
    for (const odd of [
      "",
      ".",
      "x",
      `${id}x`,
      id.slice(0, -1),
      id.replace(".", "=."),
      `AA.${"A".repeat(22)}`,
      "%%.x",
    ])
      await app.auth.sessions.revoke(odd)
    expect(await app.auth.sessions.list("ada")).to.have.lengthOf(1)
    expect(
      asked.filter((userId) => userId !== "ada"),
      "no NUL, nothing that is no user id",
    ).to.deep.equal([])
  })

  it("S16: ends all sessions of a user", async () => {
    const app = await start()
    const [phone, grace] = [await signedIn(app, "ada"), await signedIn(app, "grace")]
    await app.auth.sessions.revokeUser("ada")
    expect((await phone.get("/guarded")).status).to.equal(401)
    expect((await grace.get("/guarded")).status).to.equal(200)
  })

  it("ends all sessions of a user by the store where the adapter cannot", async () => {
    const { deleteUserSessions: _, ...adapter } = createExtendedAdapter()
    const app = await start(adapter as never, { revocation: memoryRevocation() })
    const phone = await signedIn(app, "ada")
    await app.auth.sessions.revokeUser("ada")
    expect((await phone.get("/guarded")).status).to.equal(401)
    await signedIn(app, "ada")
  })

  it("names the methods an adapter lacks", async () => {
    const { sessions } = (await start(createMemoryAdapter() as never)).auth
    for (const attempt of [sessions.list("ada"), sessions.revoke("x"), sessions.revokeUser("ada")])
      expect(await codeOf(attempt)).to.equal("ERR_AUTH_ADAPTER_METHOD")
  })
})
