import type { AdapterUser } from "@auth/core/adapters"
import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { createMemoryAdapter, type MemoryAdapter } from "../support/memory-adapter.js"
import { day, json, sessionCookie, useSessionApps } from "../support/session-apps.js"

const ada = {
  id: "ada",
  name: "Ada",
  email: "ada@example.com",
  emailVerified: null,
  role: "admin",
} as AdapterUser

/** Milliseconds from now, as a date. */
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000)

/** A token of ours whose session began a while ago. */
const tokenOf = (age: number) => `${"r".repeat(43)}.${(Date.now() - age * 1000).toString(36)}.oidc`

describe("readDatabaseSession", () => {
  const startApp = useSessionApps()

  async function start(
    config: Partial<ExpressAuthConfig> = {},
    adapter: MemoryAdapter = createMemoryAdapter(),
  ) {
    await adapter.createUser(ada)
    const app = await startApp({ adapter, ...config })
    const signedIn = async (row: { age?: number; left?: number; sessionToken?: string } = {}) => {
      const { age = 60, left = 30 * day - age, sessionToken = tokenOf(age) } = row
      await adapter.createSession({ sessionToken, userId: "ada", expires: inSeconds(left) })
      return { visitor: await app.visitor(sessionToken), sessionToken }
    }
    return { ...app, adapter, signedIn, sessions: adapter.rows.sessions }
  }

  it("answers with the user of the row, and what is known of every user only", async () => {
    const app = await start()
    const { visitor, sessionToken } = await app.signedIn()
    expect(await visitor.session()).to.deep.equal({
      user: { id: "ada", name: "Ada", email: "ada@example.com", image: null },
      expires: app.sessions.get(sessionToken)?.expires.toISOString(),
    })
  })

  it("hands session and user to callbacks.session", async () => {
    const app = await start({
      callbacks: {
        session: ({ session, user }) => ({
          user: { name: session.user.name ?? "", role: (user as AdapterUser & { role: string }).role },
          expires: session.expires,
          token: session.sessionToken,
        }),
      },
    })
    const { visitor, sessionToken } = await app.signedIn()
    const expires = app.sessions.get(sessionToken)?.expires.toISOString()
    const expected = { user: { name: "Ada", role: "admin" }, expires, token: sessionToken }
    expect(await visitor.session()).to.deep.equal(expected)
    expect(json(await visitor.get("/open"))).to.deep.equal(expected)
  })

  it("hands an update's data to callbacks.session", async () => {
    const app = await start({
      callbacks: {
        session: ({ session, trigger, newSession }) =>
          trigger === "update" ? { ...session, user: { ...session.user, ...newSession } } : session,
      },
    })
    const { visitor } = await app.signedIn()
    expect(json(await visitor.post("/update", { name: "Ada King" }))).to.have.nested.property(
      "user.name",
      "Ada King",
    )
  })

  it("leaves a young row and its cookie as they are", async () => {
    const app = await start()
    const { visitor, sessionToken } = await app.signedIn({ age: day - 60 })
    const before = app.sessions.get(sessionToken)
    expect((await visitor.get("/guarded")).setCookies).to.deep.equal([])
    expect(app.sessions.get(sessionToken)).to.deep.equal(before)
  })

  it("extends a row older than updateAge, and its cookie", async () => {
    const app = await start({ session: { updateAge: 600, maxAge: 3600 } })
    const { visitor, sessionToken } = await app.signedIn({ age: 601, left: 2999 })
    const answer = await visitor.get("/guarded")
    const { expires } = app.sessions.get(sessionToken) ?? {}
    expect(expires?.getTime()).to.be.closeTo(inSeconds(3600).getTime(), 2000)
    expect(answer.setCookies).to.have.lengthOf(1)
    expect(answer.setCookies[0]).to.include(`${sessionCookie}=${sessionToken}`)
    expect(answer.setCookies[0]).to.include(`Expires=${expires?.toUTCString()}`)
    expect(json(answer)).to.include({ expires: expires?.toISOString() })
  })

  it("deletes an expired row and clears its cookie", async () => {
    const app = await start()
    const { visitor } = await app.signedIn({ age: 31 * day, left: -1 })
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(app.sessions.size).to.equal(0)
    expect(await visitor.sealed()).to.equal(undefined)
  })

  it("answers 401, not 503, where another request has deleted the expired row already", async () => {
    const app = await start(
      {},
      {
        ...createMemoryAdapter(),
        deleteSession: async () => {
          throw new Error("no row")
        },
      },
    )
    const { visitor } = await app.signedIn({ left: -1 })
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(await visitor.sealed()).to.equal(undefined)
    expect(app.logs.errors).to.have.lengthOf(1)
  })

  it("clears a cookie no row knows", async () => {
    const app = await start()
    const visitor = await app.visitor("unknown")
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(await visitor.sealed()).to.equal(undefined)
  })

  it("S16: knows no session of a user who is gone", async () => {
    const app = await start()
    const { visitor } = await app.signedIn()
    expect((await visitor.get("/guarded")).status).to.equal(200)
    await app.adapter.deleteUser("ada")
    expect((await visitor.get("/guarded")).status).to.equal(401)
  })

  it("S2: asks the database for no token with a NUL, which it would refuse", async () => {
    const adapter = createMemoryAdapter()
    const asked: string[] = []
    const getSessionAndUser: MemoryAdapter["getSessionAndUser"] = (token) => {
      asked.push(token)
      return adapter.getSessionAndUser(token)
    }
    const app = await start({}, { ...adapter, getSessionAndUser })
    const visitor = await app.visitor("a%00b")
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(asked).to.deep.equal([])
  })

  for (const method of ["getSessionAndUser", "updateSession"] as const) {
    it(`answers 503 and keeps the cookie while ${method} fails`, async () => {
      const app = await start(
        {},
        { ...createMemoryAdapter(), [method]: () => Promise.reject(new Error("outage")) },
      )
      const { visitor, sessionToken } = await app.signedIn({ age: 2 * day })
      const answer = await visitor.get("/guarded")
      expect(answer.status).to.equal(503)
      expect(json(answer)).to.include({ code: "ERR_AUTH_SESSION" })
      expect(await visitor.sealed()).to.equal(sessionToken)
      expect(app.sessions.size).to.equal(1)
    })
  }

  it("asks the adapter once for all guards of one request", async () => {
    const adapter = createMemoryAdapter()
    let asked = 0
    const getSessionAndUser: MemoryAdapter["getSessionAndUser"] = (token) => {
      asked++
      return adapter.getSessionAndUser(token)
    }
    await adapter.createUser(ada)
    const app = await startApp(
      { adapter: { ...adapter, getSessionAndUser } },
      {
        routes: (app, auth) => {
          app.get("/often", auth.session(), auth.requireAuth(), async (req, res) => {
            res.json((await auth.getSession(req))?.user.id)
          })
        },
      },
    )
    await adapter.createSession({ sessionToken: "s", userId: "ada", expires: inSeconds(day * 30) })
    expect(json(await (await app.visitor("s")).get("/often"))).to.equal("ada")
    expect(asked).to.equal(1)
  })

  it("ends a session at its absolute age, known from its token", async () => {
    const app = await start({ session: { absoluteMaxAge: 3600 } })
    const young = await app.signedIn({ age: 3540, left: 60 })
    expect((await young.visitor.get("/guarded")).status).to.equal(200)
    const old = await app.signedIn({ age: 3601, left: 3600 })
    expect((await old.visitor.get("/guarded")).status).to.equal(401)
    expect(app.sessions.has(old.sessionToken)).to.equal(false)
    const unknown = await app.signedIn({ sessionToken: "of-another-make" })
    expect((await unknown.visitor.get("/guarded")).status).to.equal(401)
  })

  for (const updateAge of [600, 0])
    it(`extends no row past its absolute end, nor writes in vain near it (updateAge ${updateAge})`, async () => {
      const adapter = createMemoryAdapter()
      let written = 0
      const updateSession: MemoryAdapter["updateSession"] = (row) => {
        written++
        return adapter.updateSession(row)
      }
      const config = { session: { maxAge: 3600, updateAge, absoluteMaxAge: 7200 } }
      const app = await start(config, { ...adapter, updateSession })
      const { visitor, sessionToken } = await app.signedIn({ age: 5400, left: 600 })
      const end = inSeconds(1800).getTime()
      await visitor.get("/guarded")
      expect(app.sessions.get(sessionToken)?.expires.getTime()).to.be.closeTo(end, 2000)
      expect((await visitor.get("/guarded")).setCookies).to.deep.equal([])
      expect(written).to.equal(1)
    })

  it("keeps time and method of the sign-in in tokens of session.generateSessionToken too", async () => {
    const app = await start({ session: { generateSessionToken: () => "my-own", absoluteMaxAge: 3600 } })
    const visitor = await app.visitor()
    await visitor.post("/login", { name: "ada" })
    expect([...app.sessions.keys()][0]).to.match(/^my-own\.[0-9a-z]{8}\.credentials$/)
    expect((await visitor.get("/guarded")).status).to.equal(200)
  })
})
