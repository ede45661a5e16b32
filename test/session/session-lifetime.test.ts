import { expect } from "chai"
import {
  atTime,
  claimsOfAda,
  day,
  json,
  now,
  sessionCookie,
  tokenOf,
  useSessionApps,
} from "../support/session-apps.js"

const hour = 60 * 60

describe("session.absoluteMaxAge", () => {
  const start = useSessionApps()

  it("ends a session however young its token is", async () => {
    const app = await start({ session: { absoluteMaxAge: 8 * hour } })
    const begun = (age: number) => tokenOf({ ...claimsOfAda(60), auth_time: now() - age })
    const visitor = await app.visitor(begun(8 * hour - 60))
    expect((await visitor.get("/guarded")).status).to.equal(200)
    const late = await app.visitor(begun(8 * hour))
    expect((await late.get("/guarded")).status).to.equal(401)
    expect(await late.sealed()).to.equal(undefined)
  })

  it("is never passed by a token issued again, its cookie or `expires`", async () => {
    const app = await start({ session: { absoluteMaxAge: 8 * hour, updateAge: 60 } })
    const former = { ...claimsOfAda(61), auth_time: now() - 7 * hour }
    const end = former.auth_time + 8 * hour
    const visitor = await app.visitor(tokenOf(former))
    const answer = await visitor.get("/guarded")
    expect((await visitor.claims())?.exp).to.be.closeTo(end, 2)
    expect(expiryOf(answer.setCookies)).to.be.closeTo(end, 2)
    expect(Date.parse((json(answer) as { expires: string }).expires) / 1000).to.be.closeTo(end, 2)
  })

  it("is never passed from the sign-in on, where it is shorter than maxAge", async () => {
    const app = await start({ session: { absoluteMaxAge: hour } })
    const visitor = await app.visitor()
    const answer = await visitor.post("/login", { name: "ada" })
    expect((await visitor.claims())?.exp).to.be.closeTo(now() + hour, 2)
    expect(expiryOf(answer.setCookies)).to.be.closeTo(now() + hour, 2)
  })

  it("ends a token that does not say when its session started", async () => {
    const app = await start({ session: { absoluteMaxAge: hour } })
    const visitor = await app.visitor(tokenOf({ sub: "ada", exp: now() + hour }))
    expect((await visitor.get("/guarded")).status).to.equal(401)
  })

  it("unset, lets a session in use go on", async () => {
    const app = await start()
    const visitor = await app.visitor(tokenOf({ ...claimsOfAda(60), auth_time: now() - 1000 * day }))
    expect((await visitor.get("/guarded")).status).to.equal(200)
  })
})

describe("jwt.maxAge", () => {
  const start = useSessionApps()

  it("is how long a token is good for", async () => {
    const app = await start({ jwt: { maxAge: hour } })
    const visitor = await app.visitor()
    await visitor.post("/login", { name: "ada" })
    expect((await visitor.claims())?.exp).to.be.closeTo(now() + hour, 2)
  })

  it("rolls the session before its token ends", async () => {
    const app = await start({ jwt: { maxAge: hour } })
    const visitor = await app.visitor()
    await visitor.post("/login", { name: "ada" })
    const begun = now()
    await atTime(begun + hour / 2 + 5, async () => {
      expect((await visitor.get("/guarded")).setCookies).to.have.lengthOf(1)
    })
    await atTime(begun + hour + 60, async () => {
      expect((await visitor.get("/guarded")).status).to.equal(200)
    })
  })
})

/** The expiry of the session cookie, in seconds since 1970. */
function expiryOf(setCookies: string[]): number {
  const line = setCookies.find((cookie) => cookie.startsWith(`${sessionCookie}=`))
  return Date.parse(/expires=([^;]+)/i.exec(line ?? "")?.[1] ?? "") / 1000
}
