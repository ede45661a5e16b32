import { createPrivateKey } from "node:crypto"
import { expect } from "chai"
import { type ExpressAuthConfig, memoryRevocation, type SigningAlgorithm, signed } from "express-authjs"
import { verifySession } from "express-authjs/jwt"
import { decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from "jose"
import { json, now, sessionCookie, useSessionApps } from "../../support/session-apps.js"
import { algorithms, keyFor, pairFor } from "../../support/signing-keys.js"

const asymmetric = algorithms.filter((alg) => alg !== "HS512")

describe("signed sessions", () => {
  const startApp = useSessionApps()

  async function start(jwt: ReturnType<typeof signed>, config: Partial<ExpressAuthConfig> = {}) {
    const app = await startApp({ jwt, ...config })
    const signIn = async () => {
      const visitor = await app.visitor()
      await visitor.post("/login", { name: "ada" })
      return { visitor, token: (await visitor.sealed()) ?? "" }
    }
    const jwks = async () => json(await (await app.visitor()).get("/auth/jwks.json")) as JSONWebKeySet
    return { ...app, signIn, jwks }
  }

  for (const alg of algorithms) {
    it(`are made and read with ${alg}, from sign-in to sign-out`, async () => {
      const app = await start(signed({ alg, key: keyFor(alg) }), { revocation: memoryRevocation() })
      const { visitor, token } = await app.signIn()
      expect(decodeProtectedHeader(token)).to.include({ alg, typ: "JWT" })
      expect(decodeJwt(token)).to.include({ sub: "ada", email: "ada@example.com" })
      for (let i = 0; i < 2; i++)
        expect(json(await visitor.get("/guarded"))).to.have.nested.property("user.id", "ada")
      await visitor.post("/logout")
      expect((await (await app.visitor(token)).get("/guarded")).status).to.equal(401)
    })
  }

  for (const alg of asymmetric) {
    it(`are verified by other services with ${alg}, by the key set and over HTTP`, async () => {
      const app = await start(signed({ alg, key: keyFor(alg) }))
      const { token } = await app.signIn()
      const answer = await (await app.visitor()).get("/auth/jwks.json")
      expect(answer.headers.get("content-type")).to.equal("application/jwk-set+json")
      const keys = json(answer) as JSONWebKeySet
      for (const jwks of [keys, `${app.url}/auth/jwks.json`, new URL(`${app.url}/auth/jwks.json`)])
        expect(await verifySession(token, { jwks })).to.include({ sub: "ada", name: "ada" })
    })

    it(`publish nothing private of an ${alg} key`, async () => {
      const app = await start(signed({ alg, key: keyFor(alg) }))
      const { keys } = await app.jwks()
      expect(keys).to.have.lengthOf(1)
      expect(keys[0]).to.include({ alg, use: "sig" }).and.to.have.property("kid")
      expect(keys[0]).not.to.have.any.keys("d", "p", "q", "dp", "dq", "qi", "k")
    })
  }

  it("publish no key set with HS512: 404", async () => {
    const app = await start(signed({ alg: "HS512", key: keyFor("HS512") }))
    expect((await (await app.visitor()).get("/auth/jwks.json")).status).to.equal(404)
  })

  it("publish no key set where sessions are encrypted: 404", async () => {
    const app = await startApp()
    expect((await (await app.visitor()).get("/auth/jwks.json")).status).to.equal(404)
  })

  it("take keys as PEM, JWK and KeyObject for the same key", async () => {
    const { privateKey } = pairFor("EdDSA")
    const jwk = privateKey.export({ format: "jwk" })
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
    const { token } = await (await start(signed({ alg: "EdDSA", key: pem }))).signIn()
    for (const key of [jwk, privateKey, Buffer.from(pem), createPrivateKey(pem)]) {
      const app = await start(signed({ alg: "EdDSA", key }))
      expect((await (await app.visitor(token)).get("/guarded")).status).to.equal(200)
    }
  })

  for (const alg of ["HS512", "ES256"] satisfies SigningAlgorithm[]) {
    it(`of a former ${alg} key are accepted while it is listed, and issued again with the new`, async () => {
      const [older, newer] = [keyFor(alg), keyFor(alg)]
      const { token } = await (await start(signed({ alg, key: older }))).signIn()
      const app = await start(signed({ alg, key: newer, previous: [older] }), { session: { updateAge: 0 } })
      const visitor = await app.visitor(token)
      expect((await visitor.get("/guarded")).status).to.equal(200)
      const again = await visitor.sealed()
      expect(decodeJwt(again ?? "").sid).to.equal(decodeJwt(token).sid)
      const after = await start(signed({ alg, key: newer }))
      expect((await (await after.visitor(again)).get("/guarded")).status).to.equal(200)
      const stranger = await after.visitor(token)
      expect((await stranger.get("/guarded")).status, "no longer listed").to.equal(401)
      expect(await stranger.sealed(), "may be another deployment's").to.equal(token)
    })
  }

  it("publish former keys too, for as long as they are accepted", async () => {
    const [older, newer] = [keyFor("ES256"), keyFor("ES256")]
    const former = await start(signed({ alg: "ES256", key: older }))
    const { token } = await former.signIn()
    const app = await start(signed({ alg: "ES256", key: newer, previous: [older] }))
    const jwks = await app.jwks()
    expect(jwks.keys).to.have.lengthOf(2)
    expect(await verifySession(token, { jwks })).to.include({ sub: "ada" })
  })

  it("roll like encrypted ones", async () => {
    const app = await start(signed({ alg: "EdDSA", key: keyFor("EdDSA") }), { session: { updateAge: 0 } })
    const { visitor, token } = await app.signIn()
    const answer = await visitor.get("/guarded")
    expect(answer.setCookies.join()).to.include(sessionCookie)
    const again = decodeJwt((await visitor.sealed()) ?? "")
    expect(again).to.include({ sid: decodeJwt(token).sid, auth_time: decodeJwt(token).auth_time })
    expect(again.exp).to.be.closeTo(now() + 30 * 24 * 60 * 60, 2)
  })

  for (const cache of [undefined, false] as const) {
    it(`are the same from the cache (session.cache: ${cache})`, async () => {
      const app = await start(
        signed({ alg: "ES256", key: keyFor("ES256") }),
        cache === undefined ? {} : { session: { cache } },
      )
      const { visitor } = await app.signIn()
      const answers = [await visitor.session(), await visitor.session()]
      expect(answers[0]).to.have.nested.property("user.id", "ada")
      expect(answers[1]).to.deep.equal(answers[0])
    })
  }

  it("take the options of `jwt` beside them", async () => {
    const jwt = { ...signed({ alg: "HS512", key: keyFor("HS512") }), maxAge: 600 }
    const { token } = await (await start(jwt)).signIn()
    expect(decodeJwt(token).exp).to.be.closeTo(now() + 600, 2)
  })
})
