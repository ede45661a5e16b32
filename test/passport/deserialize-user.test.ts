import { expect } from "chai"
import { expressVersions } from "../support/listen.js"
import {
  ada,
  anonymous,
  type Person,
  people,
  sessionCookie,
  useSurfaceApps,
  Visitor,
} from "./surface-apps.js"

const find = (id: string | undefined) => people.find((person) => person.id === id)

describe("passport(auth, { deserializeUser })", () => {
  const { start } = useSurfaceApps()

  async function signIn(app: { url: string }): Promise<Visitor> {
    const visitor = new Visitor(app)
    await visitor.post("/login", { id: "ada" })
    return visitor
  }

  for (const [version, express] of expressVersions)
    it(`makes req.user what it finds, ${version}`, async () => {
      const app = await start({
        express,
        passport: { deserializeUser: async ({ user }) => find(user.id) },
        routes: (app) =>
          void app.get("/same", (req, res) => void res.json([req.user === find("ada"), req.auth])),
      })
      const visitor = await signIn(app)
      expect(await visitor.who()).to.deep.equal(ada)
      const [isSame, session] = JSON.parse((await visitor.get("/same")).body)
      expect(isSame).to.equal(true)
      expect(session.user).to.include({ id: "ada" })
    })

  it("receives the request, and may return synchronously", async () => {
    const seen: unknown[] = []
    const app = await start({
      passport: {
        deserializeUser: ({ user }, req) => {
          seen.push([user.name, req.path])
          return { id: user.id }
        },
      },
    })
    await (await signIn(app)).who()
    expect(seen).to.deep.equal([["Ada", "/who"]])
  })

  it("runs once for a request with a session, and never for an anonymous one", async () => {
    let calls = 0
    const deserializeUser = ({ user }: { user: { id?: string } }) => {
      calls++
      return find(user.id)
    }
    const app = await start({
      passport: { deserializeUser },
      routes: (app, auth) => void app.use(auth.session(), auth.session()),
    })
    await new Visitor(app).who()
    expect(calls).to.equal(0)
    await (await signIn(app)).who()
    expect(calls).to.equal(1)
  })

  it("waits for what is no promise but can be waited for, as queries are", async () => {
    const query = (person: Person | undefined) => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what query builders have
      then: (resolve: (person: Person | undefined) => unknown) => resolve(person),
    })
    const app = await start({
      passport: {
        deserializeUser: ({ user }) => query(user.name === "Ada" ? undefined : find(user.id)) as never,
      },
    })
    expect(await (await signIn(app)).who()).to.deep.equal(anonymous)
  })

  for (const gone of [null, false, undefined])
    it(`${gone} closes every guard, and keeps the session`, async () => {
      let isGone = true
      const app = await start({
        strategy: "database",
        passport: { deserializeUser: async ({ user }) => (isGone ? gone : find(user.id)) },
        routes: (app, auth) => {
          app.get("/guarded", auth.requireAuth(), (_req, res) => void res.send("Welcome"))
          app.get("/open", auth.session(), (req, res) => void res.json([req.auth, res.locals.session]))
        },
      })
      const visitor = await signIn(app)
      expect(await visitor.who()).to.deep.equal(anonymous)
      expect((await visitor.get("/guarded")).status).to.equal(401)
      expect(JSON.parse((await visitor.get("/open")).body)).to.deep.equal([null, null])
      expect(await visitor.cookie(sessionCookie)).to.be.a("string")
      isGone = false
      expect(await visitor.who()).to.deep.equal(ada)
    })

  it("keeps the session, which can be ended, although it finds no user", async () => {
    const app = await start({ strategy: "database", passport: { deserializeUser: () => null } })
    const visitor = await signIn(app)
    await visitor.post("/logout")
    expect(app.adapter.rows.sessions.size).to.equal(0)
  })

  for (const [version, express] of expressVersions)
    for (const [how, fail] of [
      [
        "throws",
        () => {
          throw new Error("The directory is down")
        },
      ],
      ["rejects", () => Promise.reject(new Error("The directory is down"))],
    ] as const)
      it(`goes to next(err) when it ${how}, and keeps the session, ${version}`, async () => {
        let isDown = true
        const app = await start({
          express,
          passport: { deserializeUser: ({ user }) => (isDown ? fail() : find(user.id)) },
        })
        const visitor = await signIn(app)
        expect((await visitor.get("/who")).status).to.equal(500)
        isDown = false
        expect(await visitor.who()).to.deep.equal(ada)
      })
})
