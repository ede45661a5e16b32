import { encode, type JWT } from "@auth/core/jwt"
import { expect } from "chai"
import {
  atTime,
  claimsOfAda,
  day,
  json,
  now,
  secret,
  sessionCookie,
  tokenOf,
  useSessionApps,
} from "../support/session-apps.js"

const hour = 60 * 60

describe("readJwtSession", () => {
  const start = useSessionApps()

  it("issues nothing again while the token is young and unchanged", async () => {
    const app = await start({ callbacks: { jwt: ({ token }) => token } })
    const visitor = await app.visitor(tokenOf(claimsOfAda(day - 60)))
    expect((await visitor.get("/guarded")).setCookies).to.deep.equal([])
  })

  const rolling = [
    { title: "24 hours by default", session: {}, young: day - 60, old: day + 1 },
    { title: "half of a short maxAge", session: { maxAge: hour }, young: hour / 2 - 60, old: hour / 2 + 1 },
    { title: "updateAge where it is set", session: { updateAge: 600 }, young: 540, old: 601 },
    { title: "no time at all with updateAge 0", session: { updateAge: 0 }, young: undefined, old: 0 },
  ]
  for (const { title, session, young, old } of rolling) {
    it(`rolls the session on any guarded page after ${title}`, async () => {
      const { maxAge = 30 * day } = session as { maxAge?: number }
      const app = await start({ session })
      const aged = (age: number) => Object.assign(claimsOfAda(age), { exp: now() - age + maxAge })
      if (young !== undefined) {
        const visitor = await app.visitor(tokenOf(aged(young)))
        expect((await visitor.get("/guarded")).setCookies).to.deep.equal([])
      }
      const former = aged(old)
      const visitor = await app.visitor(tokenOf(former))
      const answer = await visitor.get("/guarded")
      const issued = await visitor.claims()
      expect(issued).to.include({ sub: "ada", sid: "the-session", auth_time: former.auth_time })
      expect(issued?.exp).to.be.closeTo(now() + maxAge, 2)
      expect(issued?.jti).not.to.equal("the-token")
      expect(expiryOf(answer.setCookies)).to.be.closeTo(now() + maxAge, 2)
      const { expires } = json(answer) as { expires: string }
      expect(Date.parse(expires) / 1000).to.be.closeTo(now() + maxAge, 2)
    })
  }

  it("says in `expires` when the token in the browser ends", async () => {
    const app = await start()
    const claims = { ...claimsOfAda(60), exp: now() + 1234 }
    const visitor = await app.visitor(tokenOf(claims))
    expect(await visitor.session()).to.include({ expires: new Date(claims.exp * 1000).toISOString() })
  })

  it("ends an expired session and clears its cookie", async () => {
    const app = await start()
    const visitor = await app.visitor(tokenOf({ ...claimsOfAda(day), exp: now() - 60 }))
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(await visitor.sealed()).to.equal(undefined)
  })

  it("seals what callbacks.jwt changed in place", async () => {
    const app = await start({
      callbacks: {
        jwt: ({ token }) => {
          token.role = "admin"
          return token
        },
      },
    })
    const former = claimsOfAda(60)
    const visitor = await app.visitor(tokenOf(former))
    await visitor.get("/guarded")
    expect(await visitor.claims()).to.include({
      role: "admin",
      sid: "the-session",
      auth_time: former.auth_time,
    })
    expect((await visitor.get("/guarded")).setCookies, "the same once more").to.deep.equal([])
  })

  it("keeps the session's identity when callbacks.jwt makes its token from nothing", async () => {
    const app = await start({ callbacks: { jwt: ({ token }) => ({ sub: token.sub ?? "", role: "admin" }) } })
    const former = claimsOfAda(60)
    const visitor = await app.visitor(tokenOf(former))
    await visitor.get("/guarded")
    const issued = await visitor.claims()
    expect(issued).to.include({ sub: "ada", role: "admin", sid: "the-session", auth_time: former.auth_time })
    expect(issued).not.to.have.property("email")
    expect((await visitor.get("/guarded")).setCookies, "the same once more").to.deep.equal([])
  })

  it("does not let callbacks.jwt change the session's identity or make it last", async () => {
    const forged = { sid: "another", auth_time: now() + 1000, exp: now() + 1000 * day, iat: now() + 1000 }
    const app = await start({ callbacks: { jwt: ({ token }) => ({ ...token, ...forged, role: "admin" }) } })
    const former = claimsOfAda(60)
    const visitor = await app.visitor(tokenOf(former))
    await visitor.get("/guarded")
    const issued = await visitor.claims()
    expect(issued).to.include({ role: "admin", sid: "the-session", auth_time: former.auth_time })
    expect(issued?.exp).to.be.closeTo(now() + 30 * day, 2)
  })

  it("ends the session where callbacks.jwt returns null", async () => {
    const app = await start({ callbacks: { jwt: () => null } })
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(await visitor.sealed()).to.equal(undefined)
  })

  for (const result of [undefined, "token", 1, ["a"]]) {
    it(`S1: opens no door where callbacks.jwt returns ${JSON.stringify(result)}`, async () => {
      const app = await start({ callbacks: { jwt: () => result as unknown as JWT } })
      const visitor = await app.visitor(tokenOf(claimsOfAda()))
      expect((await visitor.get("/guarded")).status).to.equal(503)
      expect(await visitor.sealed()).to.be.a("string")
      expect(String(app.logs.errors[0]?.cause)).to.include("callbacks.jwt returned")
    })
  }

  it("hands an update's data to callbacks.jwt, and what it makes of them to the session", async () => {
    const app = await start({
      callbacks: {
        jwt: ({ token, trigger, session }) =>
          trigger === "update" ? { ...token, name: (session as { name: string }).name } : token,
      },
    })
    const former = claimsOfAda(60)
    const visitor = await app.visitor(tokenOf(former))
    expect(json(await visitor.post("/update", { name: "Ada King" }))).to.have.nested.property(
      "user.name",
      "Ada King",
    )
    expect(await visitor.claims()).to.include({
      name: "Ada King",
      sid: "the-session",
      auth_time: former.auth_time,
    })
    expect(await visitor.session()).to.have.nested.property("user.name", "Ada King")
  })

  it("gives an update the token as the request has left it, not as it came", async () => {
    const seen: unknown[] = []
    const app = await start(
      {
        callbacks: {
          jwt: ({ token, trigger }) => {
            seen.push([trigger, token.turns])
            return { ...token, turns: Number(token.turns ?? 0) + 1 }
          },
        },
      },
      { routes: (app, auth) => app.use(auth.session()) },
    )
    const former = claimsOfAda(60)
    const visitor = await app.visitor(tokenOf(former))
    await visitor.post("/update")
    expect(seen).to.deep.equal([
      [undefined, undefined],
      ["update", 1],
    ])
    expect((await visitor.claims())?.turns).to.equal(2)
  })

  it("reads a token that core made, and gives it an identity when it is issued again", async () => {
    const app = await start({ session: { updateAge: 0 } })
    const sealed = await encode({ token: { sub: "ada", name: "Ada" }, secret, salt: sessionCookie })
    const visitor = await app.visitor(sealed)
    const before = await visitor.claims()
    expect((await visitor.get("/guarded")).status).to.equal(200)
    const first = await visitor.claims()
    expect(first).to.include({ sid: before?.jti, auth_time: before?.iat })
    await visitor.get("/guarded")
    const second = await visitor.claims()
    expect(second).to.include({ sid: first?.sid, auth_time: first?.auth_time })
    expect(second?.jti).not.to.equal(first?.jti)
  })

  it("takes tokens of every listed secret, and seals with the newest", async () => {
    const newest = "the newest secret, of more than thirty-two characters"
    const app = await start({ secret: [newest, secret], session: { updateAge: 60 } })
    const visitor = await app.visitor(tokenOf(claimsOfAda(30)))
    expect((await visitor.get("/guarded")).status).to.equal(200)
    const older = await app.visitor(tokenOf(claimsOfAda(61)))
    await older.get("/guarded")
    const sealed = await older.sealed()
    const strangers = await start({ secret: newest })
    expect((await (await strangers.visitor(sealed)).get("/guarded")).status).to.equal(200)
    const former = await start({ secret })
    expect((await (await former.visitor(sealed)).get("/guarded")).status).to.equal(401)
  })

  for (const cache of [undefined, 1, false] as const) {
    it(`answers the same however often it is asked (session.cache: ${cache})`, async () => {
      const app = await start({ session: cache === undefined ? {} : { cache } })
      const visitor = await app.visitor(tokenOf(claimsOfAda()))
      const answers = [await visitor.session(), await visitor.session(), await visitor.session()]
      expect(answers[0]).to.have.nested.property("user.id", "ada")
      expect(answers[1]).to.deep.equal(answers[0])
      expect(answers[2]).to.deep.equal(answers[0])
    })

    it(`notices that a session ends between two requests (session.cache: ${cache})`, async () => {
      const app = await start({ session: cache === undefined ? {} : { cache } })
      const visitor = await app.visitor(tokenOf({ ...claimsOfAda(), exp: now() + 60 }))
      expect((await visitor.get("/guarded")).status).to.equal(200)
      await atTime(now() + 76, async () => {
        expect((await visitor.get("/guarded")).status).to.equal(401)
      })
    })
  }

  it("tells events.session of the session and its token, and lives with its failure", async () => {
    const told: unknown[] = []
    const app = await start({
      events: {
        session: (message) => {
          told.push(message)
          throw new Error("the listener fails")
        },
      },
    })
    const claims = claimsOfAda()
    const visitor = await app.visitor(tokenOf(claims))
    const answer = await visitor.get("/guarded")
    expect(answer.status).to.equal(200)
    expect(told).to.deep.equal([{ session: json(answer), token: claims }])
    expect(app.logs.errors.map(({ message }) => message)).to.deep.equal(["the listener fails"])
    await (await app.visitor()).get("/open")
    expect(told, "an anonymous request is no session").to.have.lengthOf(1)
  })
})

/** The expiry of the session cookie, in seconds since 1970. */
function expiryOf(setCookies: string[]): number {
  const line = setCookies.find((cookie) => cookie.startsWith(`${sessionCookie}=`))
  return Date.parse(/expires=([^;]+)/i.exec(line ?? "")?.[1] ?? "") / 1000
}
