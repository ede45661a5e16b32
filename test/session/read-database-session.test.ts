import { randomUUID } from "node:crypto"
import { inspect } from "node:util"
import { Auth } from "@auth/core"
import type { AdapterUser } from "@auth/core/adapters"
import { expect } from "chai"
import type { Request as ExpressRequest } from "express"
import type { ExpressAuthConfig } from "express-authjs"
import { createMemoryAdapter, type MemoryAdapter } from "../support/memory-adapter.js"
import { day, json, secret, sessionCookie, useSessionApps } from "../support/session-apps.js"

const ada = {
  id: "ada",
  name: "Ada",
  email: "ada@example.com",
  emailVerified: null,
  role: "admin",
} as AdapterUser

/** Milliseconds from now, as a date. */
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000)

/** How a session was begun that is that old. */
const signInOf = (age: number) => JSON.stringify({ time: Date.now() - age * 1000, methods: ["oidc"] })

/** Keeps how sessions were begun in their rows. */
const createKeepingAdapter = () => ({ ...createMemoryAdapter(), keepsSignIn: () => true })

describe("readDatabaseSession", () => {
  const startApp = useSessionApps()

  async function start(
    config: Partial<ExpressAuthConfig> = {},
    adapter: MemoryAdapter = createKeepingAdapter(),
  ) {
    await adapter.createUser(ada)
    const app = await startApp({ adapter, ...config })
    const signedIn = async (
      row: { age?: number; left?: number; sessionToken?: string; signIn?: string } = {},
    ) => {
      const { age = 60, left = 30 * day - age, sessionToken = randomUUID(), signIn = signInOf(age) } = row
      const session = { sessionToken, userId: "ada", expires: inSeconds(left), signIn }
      await adapter.createSession(session)
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

  it("keeps the record of the sign-in from callbacks.session", async () => {
    const app = await start({
      callbacks: {
        session: ({ session }) => ({ user: session.user, expires: "", seen: Object.keys(session) }),
      },
    })
    const { visitor } = await app.signedIn()
    const { seen } = json(await visitor.get("/open")) as { seen: string[] }
    expect(seen).to.have.members(["sessionToken", "userId", "expires", "user"])
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

  it("clears a cookie that no row matches", async () => {
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
    expect(await visitor.sealed()).to.equal(undefined)
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

  for (const code of ["22P02", "ER_CANT_AGGREGATE_2COLLATIONS"])
    it(`answers 503 to a UUID that the database refuses with ${code}: the tables are at fault`, async () => {
      const refuse = () => Promise.reject(Object.assign(new Error("refused"), { code }))
      const app = await start({}, { ...createMemoryAdapter(), getSessionAndUser: refuse })
      const { visitor, sessionToken } = await app.signedIn()
      expect((await visitor.get("/guarded")).status).to.equal(503)
      expect(await visitor.sealed()).to.equal(sessionToken)
    })

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

  it("ends a session at its absolute age, known from its row", async () => {
    const app = await start({ session: { absoluteMaxAge: 3600 } })
    const young = await app.signedIn({ age: 3540, left: 60 })
    expect((await young.visitor.get("/guarded")).status).to.equal(200)
    const old = await app.signedIn({ age: 3601, left: 3600 })
    expect((await old.visitor.get("/guarded")).status).to.equal(401)
    expect(app.sessions.has(old.sessionToken)).to.equal(false)
    const unknown = await app.signedIn({ signIn: "of another make" })
    expect((await unknown.visitor.get("/guarded")).status).to.equal(401)
  })

  for (const updateAge of [600, 0])
    it(`extends no row past its absolute end, nor writes in vain near it (updateAge ${updateAge})`, async () => {
      const adapter = createKeepingAdapter()
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

  for (const [place, createAdapter] of [
    ["its row", createKeepingAdapter],
    ["a cookie beside its own", createMemoryAdapter],
  ] as const) {
    it(`knows from ${place} how a session started, whose token is the app's to the letter`, async () => {
      const session = { generateSessionToken: () => "my-own", absoluteMaxAge: 3600 }
      const app = await start({ session }, createAdapter())
      const visitor = await app.visitor()
      await visitor.post("/login", { name: "ada" })
      expect([...app.sessions.keys()]).to.deep.equal(["my-own"])
      expect(await visitor.sealed()).to.equal("my-own")
      expect((await visitor.get("/guarded")).status).to.equal(200)
    })

    it(`makes a UUID for the token of a session whose beginning is in ${place}`, async () => {
      const app = await start({}, createAdapter())
      const visitor = await app.visitor()
      await visitor.post("/login", { name: "ada" })
      expect(await visitor.sealed()).to.match(
        /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
      )
    })
  }

  for (const [what, token, described] of [
    ["an empty string", "", "an empty string"],
    ["nothing", undefined, "a value of type undefined"],
    ["a promise", Promise.resolve("token"), "a promise"],
    ["a number", 42, "a value of type number"],
    ["a NUL", "token\0", "a string that contains NUL"],
  ] as const)
    it(`signs no user in where generateSessionToken returns ${what}, and the log says what to return`, async () => {
      const app = await start({ session: { generateSessionToken: () => token as string } })
      const visitor = await app.visitor()
      const answer = await visitor.post("/login", { name: "ada" })
      expect(answer.headers.get("location")).to.match(/\/auth\/error\?error=Configuration&id=/)
      expect(app.sessions.size).to.equal(0)
      expect(inspect(app.logs.errors, { depth: 9 }))
        .to.include("ERR_AUTH_INVALID_OPTION")
        .and.include(`session.generateSessionToken returned ${described}; expected`)
        .and.include("randomUUID()")
    })

  it("asks no generateSessionToken for a session without a row", async () => {
    const generateSessionToken = () => expect.fail("it was called")
    const app = await start({ session: { strategy: "jwt", generateSessionToken } })
    const visitor = await app.visitor()
    await visitor.post("/login", { name: "ada" })
    expect((await visitor.get("/guarded")).status).to.equal(200)
  })

  describe("the cookie beside that of a session", () => {
    const unknown = { time: new Date(0), methods: [], remembered: true }
    const requestWith = (cookies: Map<string, string>) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ")
      return { headers: { host: "localhost", cookie }, socket: {} } as ExpressRequest
    }
    const companion = "authjs.sign-in"

    async function signIn(config: Partial<ExpressAuthConfig> = {}) {
      const app = await start(config, createMemoryAdapter())
      const visitor = await app.visitor()
      await visitor.post("/login", { name: "ada" })
      return { app, visitor }
    }

    it("records when and how the user signed in", async () => {
      const { app, visitor } = await signIn()
      const proof = await app.auth.getSignIn(requestWith(await visitor.cookies()))
      expect(proof?.methods).to.deep.equal(["credentials"])
      expect(proof?.time.getTime()).to.be.closeTo(Date.now(), 5000)
    })

    it("leaves the session to @auth/core after a rollback", async () => {
      const { app, visitor } = await signIn()
      const cookies = await visitor.cookies()
      expect(cookies.has(companion)).to.equal(true)
      const response = await Auth(
        new Request("http://localhost/auth/session", {
          headers: requestWith(cookies).headers as HeadersInit,
        }),
        { adapter: app.adapter, secret, providers: [], trustHost: true, basePath: "/auth" },
      )
      expect(await response.json()).to.have.nested.property("user.email", "ada@example.com")
      const removed = response.headers.getSetCookie().filter((line) => /Max-Age=0/i.test(line))
      expect(removed).to.deep.equal([])
    })

    it("leaves a session that is not fresh where it is lost", async () => {
      const { app, visitor } = await signIn()
      const cookies = await visitor.cookies()
      expect(cookies.delete(companion)).to.equal(true)
      expect(await app.auth.getSignIn(requestWith(cookies))).to.deep.equal(unknown)
    })

    it("says nothing of another session", async () => {
      const { app, visitor } = await signIn()
      const first = await visitor.cookies()
      await visitor.post("/login", { name: "ada" })
      const cookies = (await visitor.cookies()).set(companion, first.get(companion) ?? "")
      expect(await app.auth.getSignIn(requestWith(cookies))).to.deep.equal(unknown)
    })

    it("is renewed with the session, and goes with it", async () => {
      const { app, visitor } = await signIn({ session: { updateAge: 0 } })
      for (const row of app.sessions.values()) row.expires = inSeconds(1000)
      const { setCookies } = await visitor.get("/guarded")
      expect(setCookies.map((line) => line.split("=", 1)[0])).to.deep.equal([sessionCookie, companion])
      const out = await visitor.post("/logout", {})
      expect(
        out.setCookies.filter((line) => /Max-Age=0/.test(line)).map((line) => line.split("=", 1)[0]),
      ).to.include.members([sessionCookie, companion])
    })
  })
})
