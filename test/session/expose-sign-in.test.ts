import assert from "node:assert/strict"
import { expect } from "chai"
import type { ActiveSession } from "express-authjs"
import { expressVersions } from "../support/listen.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { claimsOfAda, json, tokenOf, useSessionApps } from "../support/session-apps.js"

type Seen = { authTime?: Date | undefined; methods?: readonly string[] | undefined }

describe("session.authTime and session.methods", () => {
  const start = useSessionApps()

  async function startSeeing(config: Parameters<typeof start>[0] = {}, options = {}) {
    const seen: { session?: ActiveSession | null } = {}
    const app = await start(config, {
      ...options,
      routes: (server, auth) => {
        server.get("/see", auth.session(), (req, res) => {
          seen.session = req.auth as ActiveSession | null
          res.json(req.auth)
        })
      },
    })
    return { ...app, seen }
  }

  async function startWith(strategy: "jwt" | "database", config: Parameters<typeof start>[0] = {}) {
    const adapter = createMemoryAdapter()
    await adapter.createUser({ id: "ada", name: "ada", email: "ada@example.com", emailVerified: null })
    return startSeeing({ adapter, session: { strategy }, ...config })
  }

  const fresh = { session: ({ session }: { session: object }) => ({ ...session, extra: 1 }) }

  for (const strategy of ["jwt", "database"] as const)
    for (const [what, callbacks] of [
      ["no callback", {}],
      ["a callback that makes a session of its own", fresh],
    ] as const)
      it(`record when and how the user signed in: ${strategy}, ${what}`, async () => {
        const { visitor, seen } = await startWith(strategy, { callbacks: callbacks as never })
        const ada = await visitor()
        await ada.post("/login", { name: "ada" })
        const answer = await ada.get("/see")
        const { authTime, methods } = seen.session as Seen
        expect(authTime?.getTime()).to.be.closeTo(Date.now(), 5000)
        expect(methods).to.deep.equal(["credentials"])
        expect(json(answer)).to.not.have.any.keys("authTime", "methods")
        expect(json(await ada.get("/auth/session"))).to.not.have.any.keys("authTime", "methods")
        expect({ ...seen.session }).to.not.have.any.keys("authTime", "methods")
      })

  for (const strategy of ["jwt", "database"] as const)
    it(`are the request's own, so that changing them changes no other's: ${strategy}`, async () => {
      const { visitor, seen } = await startWith(strategy, {})
      const ada = await visitor()
      await ada.post("/login", { name: "ada" })
      for (let i = 0; i < 3; i++) {
        await ada.get("/see")
        const { authTime, methods } = seen.session as Seen
        expect(authTime?.getTime()).to.be.closeTo(Date.now(), 5000)
        expect(methods).to.deep.equal(["credentials"])
        authTime?.setTime(1)
        ;(methods as string[]).push("proven")
      }
    })

  for (const [version, express] of expressVersions)
    it(`leave a session equal to the plain object it was, on ${version}`, async () => {
      const { visitor, seen } = await startSeeing({}, { express })
      const { exp, ...claims } = claimsOfAda(60)
      const ada = await visitor(tokenOf({ ...claims, exp }))
      await ada.get("/see")
      await ada.get("/see")
      const user = { id: "ada", name: claims.name, email: claims.email, image: null }
      const plain = { user, expires: new Date(exp * 1000).toISOString() }
      assert.deepStrictEqual(seen.session, plain)
      expect(seen.session).to.deep.equal(plain)
      expect(JSON.stringify(seen.session)).to.equal(JSON.stringify(plain))
      expect((seen.session as Seen).authTime?.getTime()).to.equal(Number(claims.auth_time) * 1000)
    })

  it("say nothing of a session that @auth/express started", async () => {
    const { visitor, seen } = await startSeeing()
    const { sid: _sid, auth_time: _time, ...ofCore } = claimsOfAda(60)
    await (await visitor(tokenOf(ofCore))).get("/see")
    expect(seen.session?.authTime).to.equal(undefined)
    expect(seen.session?.methods).to.deep.equal([])
  })

  it("are the app's own where its callback says them, and where it assigns", async () => {
    const session = ({ session }: { session: object }) => ({ ...session, methods: ["card"] })
    const { visitor, seen } = await startSeeing({ callbacks: { session: session as never } })
    await (await visitor(tokenOf(claimsOfAda(60)))).get("/see")
    expect(seen.session?.methods).to.deep.equal(["card"])
    Object.assign(seen.session ?? {}, { authTime: "noon" })
    expect(JSON.parse(JSON.stringify(seen.session))).to.include({ authTime: "noon" })
  })
})
