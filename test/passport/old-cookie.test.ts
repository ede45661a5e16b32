import { expect } from "chai"
import { migratePassportSession } from "express-authjs/passport"
import expressSession from "express-session"
import { csrfOf } from "../support/auth-apps.js"
import { OldStore } from "./old-store.js"
import { anonymous, people, secret, sessionCookie, useSurfaceApps, Visitor } from "./surface-apps.js"

const oldCookie = "connect.sid"
const find = (id: string) => people.find((person) => person.id === id)
const grace = { name: "Grace", isAuthenticated: true, isUnauthenticated: false }

const signOutBelow = async ({ agent }: Visitor, url: string) =>
  agent.post(`${url}/auth/signout`, { csrfToken: await csrfOf(agent, url) })
const signInBelow = async ({ agent }: Visitor, url: string) =>
  agent.post(`${url}/auth/callback/credentials`, { csrfToken: await csrfOf(agent, url), name: "Grace" })

/** Ways to sign in and out, and who the user is afterwards. The routes below /auth never reach the migration. */
const ways: [way: string, act: (visitor: Visitor, url: string) => Promise<unknown>, after: object][] = [
  ["POST /auth/signout", signOutBelow, anonymous],
  ["auth.signOut()", (visitor) => visitor.post("/leave"), anonymous],
  ["req.logout()", (visitor) => visitor.post("/logout"), anonymous],
  ["a sign-in at /auth", signInBelow, grace],
  ["req.login()", (visitor) => visitor.post("/login", { id: "grace" }), grace],
]

describe("the cookie of an old Passport session", () => {
  const { start, startClassic } = useSurfaceApps()

  /** Ada, signed in at a Passport app that has just been replaced by one of ours. */
  async function move() {
    const store = new OldStore()
    const session = { secret, store, resave: false, saveUninitialized: false }
    const former = new Visitor(await startClassic({ session }))
    await former.post("/login", { id: "ada" })
    const app = await start({
      routes: (server, auth) => {
        server.use(migratePassportSession({ store, secret, deserializeUser: find }))
        server.post("/leave", (req, res, next) => auth.signOut(req, res).catch(next))
      },
    })
    const visitor = new Visitor(app, former.agent)
    return { app, store, session, visitor, sid: (await visitor.cookie(oldCookie)) ?? "" }
  }

  for (const [way, act, after] of ways) {
    it(`is cleared by ${way}, and its session destroyed`, async () => {
      const { app, store, visitor, sid } = await move()
      await act(visitor, app.url)
      expect([await visitor.cookie(oldCookie), await store.size()]).to.deep.equal([undefined, 0])
      expect(await visitor.who()).to.deep.equal(after)
      const copy = new Visitor(app)
      await copy.keep(oldCookie, sid)
      expect(await copy.who()).to.deep.equal(anonymous)
    })

    it(`is cleared by ${way} even if the old store fails, and signs in no more once it works again`, async () => {
      const { app, store, visitor, sid } = await move()
      store.isReadOnly = true
      await act(visitor, app.url)
      expect(await visitor.cookie(oldCookie)).to.equal(undefined)
      store.isReadOnly = false
      expect(await visitor.who()).to.deep.equal(after)
      const copy = new Visitor(app)
      await copy.keep(oldCookie, sid)
      expect(await copy.who()).to.deep.equal(anonymous)
      expect(await store.size()).to.equal(0)
    })
  }

  for (const [way, act, after] of [ways[0], ways[3]].filter((one) => one !== undefined))
    it(`loses only its user by ${way}, where express-session continues`, async () => {
      const { session, visitor: former, sid } = await move()
      const app = await start({
        before: (server) => server.use(expressSession(session)),
        routes: (server) => void server.use(migratePassportSession({ deserializeUser: find })),
      })
      const visitor = new Visitor(app, former.agent)
      await act(visitor, app.url)
      expect(await visitor.cookie(oldCookie)).to.equal(sid)
      expect(await visitor.who()).to.deep.equal(after)
      expect(await visitor.cookie(sessionCookie)).to.satisfy(
        (token: unknown) => (token !== undefined) === (after === grace),
      )
    })
})
