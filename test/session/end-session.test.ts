import type { JWT } from "@auth/core/jwt"
import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import {
  claimsOfAda,
  json,
  now,
  type SessionApp,
  tokenOf,
  useSessionApps,
  type Visitor,
} from "../support/session-apps.js"

describe("revocation of JWT sessions", () => {
  const start = useSessionApps()

  async function signedIn(app: SessionApp, name = "ada"): Promise<Visitor> {
    const visitor = await app.visitor()
    await visitor.post("/login", { name })
    expect((await visitor.get("/guarded")).status).to.equal(200)
    return visitor
  }

  const statusOf = async (visitor: Visitor) => (await visitor.get("/guarded")).status

  it("S16: sign-out ends a copy of the token at once, although it is cached", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const visitor = await signedIn(app)
    const thief = await app.visitor(await visitor.sealed())
    expect(await statusOf(thief)).to.equal(200)
    await visitor.post("/logout")
    expect(await statusOf(thief)).to.equal(401)
    expect(await thief.sealed(), "its cookie is cleared").to.equal(undefined)
  })

  it("sign-out ends the tokens issued again for the session, and those before", async () => {
    const app = await start({ revocation: memoryRevocation(), session: { updateAge: 0 } })
    const visitor = await signedIn(app)
    const [older, newer] = [
      await visitor.sealed(),
      (await visitor.get("/guarded")) && (await visitor.sealed()),
    ]
    expect(newer).not.to.equal(older)
    await visitor.post("/logout")
    for (const copy of [older, newer]) expect(await statusOf(await app.visitor(copy))).to.equal(401)
  })

  it("sign-out of one device leaves the others", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const [phone, desk] = [await signedIn(app), await signedIn(app)]
    await phone.post("/logout")
    expect(await statusOf(desk)).to.equal(200)
  })

  it("sign-out everywhere ends the user's sessions on all devices, and those of no other user", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const [phone, desk, grace] = [await signedIn(app), await signedIn(app), await signedIn(app, "grace")]
    expect((await phone.post("/logout", { everywhere: "yes" })).status).to.equal(302)
    expect(await statusOf(desk)).to.equal(401)
    expect(await statusOf(grace)).to.equal(200)
    expect(await statusOf(await signedIn(app)), "who signs in again").to.equal(200)
  })

  it("a revoked token cannot sign its user out everywhere", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const [phone, desk] = [await signedIn(app), await signedIn(app)]
    const thief = await app.visitor(await phone.sealed())
    await phone.post("/logout")
    await thief.post("/logout", { everywhere: "yes" })
    expect(await statusOf(desk)).to.equal(200)
  })

  it("sign-out everywhere is an error for a token that names no user", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const { sub: _, ...nameless } = claimsOfAda()
    const visitor = await app.visitor(tokenOf(nameless))
    expect((await visitor.post("/logout", { everywhere: "yes" })).headers.get("location")).to.include(
      "error=",
    )
    expect(String(app.logs.errors[0]?.cause)).to.include("`sub`")
  })

  it("S12: a sign-in while signed in ends the former session, of the same user or another", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const planted = await signedIn(app)
    const visitor = await app.visitor(await planted.sealed())
    await visitor.post("/login", { name: "grace" })
    expect(await visitor.session()).to.have.nested.property("user.id", "grace")
    expect(await statusOf(planted)).to.equal(401)
  })

  it("S12: no callback chooses the identity of a new session", async () => {
    const planted = { sid: "planted", auth_time: 4102444800 }
    const jwt = ({ token }: { token: JWT }) => ({ ...token, ...planted })
    const app = await start({ revocation: memoryRevocation(), callbacks: { jwt } })
    const visitor = await signedIn(app)
    const { sid, auth_time } = (await visitor.claims()) ?? {}
    expect(sid).to.be.a("string").and.not.to.equal(planted.sid)
    expect(auth_time).to.be.closeTo(now(), 2)
  })

  it("after sign-out the rest of the request has no session, not by an update either", async () => {
    const seen: unknown[] = []
    const app = await start(
      {},
      {
        routes: (app, auth) => {
          app.post("/leave", async (req, res) => {
            await auth.getSession(req)
            await auth.signOut(req, res, { redirect: false })
            seen.push(await auth.getSession(req), await auth.updateSession(req, res))
            res.end()
          })
        },
      },
    )
    await (await signedIn(app)).post("/leave")
    expect(seen).to.deep.equal([null, null])
  })

  it("without a store, sign-out everywhere is an error, not a success", async () => {
    const app = await start()
    const visitor = await signedIn(app)
    const answer = await visitor.post("/logout", { everywhere: "yes" })
    expect(answer.headers.get("location")).to.match(/\/auth\/error\?error=/)
    expect(app.logs.errors[0]?.cause).to.include({ code: "ERR_AUTH_INVALID_OPTION" })
    expect(String(app.logs.errors[0]?.cause)).to.include("revocation: memoryRevocation()")
    expect(await visitor.sealed(), "the cookie goes all the same").to.equal(undefined)
  })

  it("ends tokens of another make one by one", async () => {
    const app = await start({ revocation: memoryRevocation() })
    const bare = (sub: string, age: number) => {
      const { sid: _sid, jti: _jti, auth_time: _at, ...claims } = claimsOfAda(age)
      return app.visitor(tokenOf({ ...claims, sub }))
    }
    const [ada, grace] = [await bare("ada", 60), await bare("grace", 60)]
    const copy = await app.visitor(await ada.sealed())
    await ada.post("/logout")
    expect(await statusOf(copy)).to.equal(401)
    expect(await statusOf(grace)).to.equal(200)
  })

  it("remembers a revocation for longer than any token it ends is accepted", async () => {
    const store = memoryRevocation()
    const lasts: number[] = []
    const spy = (keys: readonly string[], until: Date) => {
      lasts.push(Math.round((until.getTime() - Date.now()) / 1000))
      store.revoke(keys, until)
    }
    for (const config of [
      { jwt: { maxAge: 9000 }, session: { maxAge: 3600 } },
      { session: { maxAge: 9000 } },
    ]) {
      const app = await start({ revocation: { ...store, revoke: spy }, ...config })
      await (await signedIn(app)).post("/logout")
    }
    expect(Math.min(...lasts)).to.be.at.least(9000 + 15)
  })

  describe("while the store cannot be reached", () => {
    const down = { revoke: () => {}, isRevoked: () => Promise.reject(new Error("no connection")) }

    it("answers 503 and keeps the cookie", async () => {
      const app = await start({ revocation: down })
      const visitor = await app.visitor(tokenOf(claimsOfAda()))
      const answer = await visitor.get("/guarded")
      expect(answer.status).to.equal(503)
      expect(json(answer)).to.include({ code: "ERR_AUTH_SESSION" })
      expect(await visitor.sealed()).to.be.a("string")
    })

    it('lets sessions in with a warning where revocationFailure is "open"', async () => {
      const app = await start({ revocation: down, session: { revocationFailure: "open" } })
      const visitor = await app.visitor(tokenOf(claimsOfAda()))
      expect(await statusOf(visitor)).to.equal(200)
      expect(app.logs.warnings).to.deep.equal(["revocation-open"])
    })

    for (const revocationFailure of ["closed", "open"] as const) {
      it(`sign-out is an error (${revocationFailure})`, async () => {
        const revoke = () => Promise.reject(new Error("no connection"))
        const store = { ...memoryRevocation(), revoke }
        const app = await start({ revocation: store, session: { revocationFailure } })
        const visitor = await app.visitor(tokenOf(claimsOfAda()))
        expect((await visitor.post("/logout")).headers.get("location")).to.include("error=Unavailable")
        expect(await visitor.sealed()).to.equal(undefined)
      })
    }

    it("a sign-in succeeds although the session list cannot be stored", async () => {
      const remember = () => Promise.reject(new Error("no connection"))
      const app = await start({ revocation: { ...memoryRevocation(), remember } })
      await signedIn(app)
      expect(app.logs.errors.map(({ message }) => message)).to.deep.equal(["no connection"])
    })
  })
})
