import type { JWTDecodeParams, JWTEncodeParams } from "@auth/core/jwt"
import { expect } from "chai"
import { jwtVerify, SignJWT } from "jose"
import {
  claimsOfAda,
  now,
  secret,
  sessionCookie,
  tokenOf,
  useSessionApps,
} from "../../support/session-apps.js"

/** The recipe of the Auth.js documentation: plain signed tokens, by any library. */
const key = new TextEncoder().encode("0123456789abcdef0123456789abcdef")
const plain = {
  encode: ({ token = {}, maxAge = 60 }: JWTEncodeParams) =>
    new SignJWT(token)
      .setProtectedHeader({ alg: "HS256" })
      .setIssuedAt()
      .setExpirationTime(now() + maxAge)
      .sign(key),
  decode: async ({ token = "" }: JWTDecodeParams) => (await jwtVerify(token, key)).payload,
}

describe("jwt.encode and jwt.decode of the user", () => {
  const start = useSessionApps()

  it("make and read the session's token, from sign-in through renewal to sign-out", async () => {
    const app = await start({ jwt: plain, session: { updateAge: 0 } })
    const visitor = await app.visitor()
    await visitor.post("/login", { name: "ada" })
    const first = (await jwtVerify((await visitor.sealed()) ?? "", key)).payload
    expect(first).to.include({ sub: "ada" })
    expect(first.sid).to.be.a("string")
    expect((await visitor.get("/guarded")).status).to.equal(200)
    const second = (await jwtVerify((await visitor.sealed()) ?? "", key)).payload
    expect(second).to.include({ sub: "ada", sid: first.sid })
    await visitor.post("/logout")
    expect(await visitor.sealed()).to.equal(undefined)
  })

  it("are given what core gives them", async () => {
    const told: object[] = []
    const app = await start({
      jwt: {
        encode: (params) => {
          told.push({ ...params, token: params.token?.sub })
          return plain.encode(params)
        },
        decode: (params) => {
          told.push({ ...params, token: typeof params.token })
          return plain.decode(params)
        },
      },
      session: { maxAge: 1000 },
    })
    const visitor = await app.visitor()
    await visitor.post("/login", { name: "ada" })
    await visitor.get("/guarded")
    expect(told).to.deep.equal([
      { token: "ada", salt: sessionCookie, maxAge: 1000, secret },
      { token: "string", salt: sessionCookie, secret },
    ])
  })

  it("are given the list where several secrets are", async () => {
    const told: unknown[] = []
    const decode = ({ secret }: JWTDecodeParams) => {
      told.push(secret)
      return null
    }
    const app = await start({ secret: [secret, "older"], jwt: { decode } })
    await (await app.visitor("any")).get("/guarded")
    expect(told).to.deep.equal([[secret, "older"]])
  })

  it("leave the visitor anonymous and keep the cookie when decode throws", async () => {
    const app = await start({
      jwt: {
        ...plain,
        decode: () => {
          throw new Error("cannot say")
        },
      },
    })
    const visitor = await app.visitor("any")
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(await visitor.sealed()).to.equal("any")
  })

  it("clear the cookie when decode returns null", async () => {
    const app = await start({ jwt: { ...plain, decode: () => null } })
    const visitor = await app.visitor("any")
    expect((await visitor.get("/guarded")).status).to.equal(401)
    expect(await visitor.sealed()).to.equal(undefined)
  })

  for (const payload of ["ada", 1, true, ["ada"]]) {
    it(`S1: open no door when decode returns ${JSON.stringify(payload)}`, async () => {
      const app = await start({ jwt: { ...plain, decode: () => payload as never } })
      const visitor = await app.visitor("any")
      expect((await visitor.get("/guarded")).status).to.equal(401)
    })
  }

  it("win one by one: a decode alone reads what we encrypt", async () => {
    const { decode } = await import("@auth/core/jwt")
    const app = await start({ jwt: { decode: (params) => decode(params) } })
    const visitor = await app.visitor(tokenOf(claimsOfAda()))
    expect((await visitor.get("/guarded")).status).to.equal(200)
  })
})
