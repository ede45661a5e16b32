import { decode as coreDecode, encode as coreEncode, type JWTOptions } from "@auth/core/jwt"
import { expect } from "chai"
import fc from "fast-check"
import { compactDecrypt, decodeProtectedHeader, jwtDecrypt } from "jose"
import {
  decodeToken,
  encodeToken,
  jwtCodec,
  MAX_TOKEN_LENGTH,
} from "../../../lib/session/codec/token-codec.js"
import { deriveKey, makeToken } from "../make-token.js"

const secret = "a secret of at least thirty-two characters"
const older = "an older secret, of thirty-two characters too"
const salt = "authjs.session-token"
const keys = { secrets: [secret], salt }
const json = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue(), { noNullPrototype: true })

/** A payload as JSON carries it (no -0), without the claims that encoding sets and decoding checks. */
const payloads = json.map((value) => {
  const { iat, exp, nbf, jti, ...rest } = JSON.parse(JSON.stringify(value))
  return rest
})

function payloadOf(token: string, options = keys) {
  const decoded = decodeToken(token, options)
  if (decoded.status !== "valid") throw new Error(`The token is ${decoded.status}.`)
  return decoded.payload
}

describe("encodeToken", () => {
  it("writes what core and jose read", async () => {
    const key = await deriveKey(secret, salt, 64)
    await fc.assert(
      fc.asyncProperty(payloads, async (payload) => {
        const token = encodeToken(payload, keys)
        const read = await coreDecode({ token, secret, salt })
        expect(read).to.deep.include(payload)
        expect((await jwtDecrypt(token, key)).payload).to.deep.equal(read)
        expect(payloadOf(token)).to.deep.equal(read)
      }),
      { numRuns: 60 },
    )
  })

  it("writes core's header and core's claims, in core's order", async () => {
    const payload = { jti: "mine", sub: "1", exp: 1, name: "Ada", iat: 1 }
    const ours = encodeToken(payload, { ...keys, maxAge: 60 })
    const cores = await coreEncode({ token: payload, secret, salt, maxAge: 60 })
    expect(ours.split(".")[0]).to.equal(cores.split(".")[0])
    expect(Object.keys(payloadOf(ours))).to.deep.equal(Object.keys(payloadOf(cores)))
  })

  it("sets iat, exp and jti over the payload's", () => {
    const before = Math.floor(Date.now() / 1000)
    const { iat, exp, jti } = payloadOf(encodeToken({ iat: 1, exp: 2, jti: "mine" }, { ...keys, maxAge: 60 }))
    expect(iat).to.be.within(before, before + 5)
    expect(exp).to.equal(Number(iat) + 60)
    expect(jti).to.match(/^[\da-f]{8}-[\da-f]{4}-4/)
  })

  it("lives 30 days by default", () => {
    const { iat, exp } = payloadOf(encodeToken({}, keys))
    expect(Number(exp) - Number(iat)).to.equal(30 * 24 * 60 * 60)
  })

  it("never writes the same token twice", () => {
    expect(encodeToken({}, keys)).to.not.equal(encodeToken({}, keys))
  })

  it("encrypts with the newest secret", async () => {
    const token = encodeToken({ sub: "1" }, { secrets: [secret, older], salt })
    expect(await coreDecode({ token, secret, salt })).to.include({ sub: "1" })
  })

  it("refuses to work without a secret", () => {
    for (const secrets of [[], [""]]) {
      expect(() => encodeToken({}, { secrets, salt }))
        .to.throw("AUTH_SECRET")
        .with.property("code", "ERR_AUTH_MISSING_SECRET")
    }
  })

  it("refuses a maxAge that is not a number of seconds", () => {
    expect(() => encodeToken({}, { ...keys, maxAge: Number.NaN })).to.throw(TypeError, "maxAge")
  })

  it("refuses a payload that it would not read again for its size", () => {
    const payload = { text: "x".repeat(MAX_TOKEN_LENGTH) }
    expect(() => encodeToken(payload, keys))
      .to.throw("expected at most 98400")
      .with.property("code", "ERR_AUTH_SESSION")
  })
})

describe("decodeToken", () => {
  it("reads what core writes", async () => {
    await fc.assert(
      fc.asyncProperty(payloads, async (payload) => {
        const token = await coreEncode({ token: payload, secret, salt })
        expect(payloadOf(token)).to.deep.equal(await coreDecode({ token, secret, salt }))
      }),
      { numRuns: 60 },
    )
  })

  it("hands out the exact JSON text and a payload of the caller's own", async () => {
    const token = await coreEncode({ token: { name: "Ада 日本 🙂 \u0000" }, secret, salt })
    const { plaintext } = await compactDecrypt(token, await deriveKey(secret, salt, 64))
    const decoded = decodeToken(token, keys)
    expect(decoded).to.have.property("plaintext", new TextDecoder().decode(plaintext))
    expect(payloadOf(token)).to.deep.equal(payloadOf(token))
    expect(payloadOf(token)).to.not.equal(payloadOf(token))
  })

  it("reads tokens in any order, one after the other (one decipher serves all)", () => {
    const some = fc.array(payloads, { minLength: 2, maxLength: 8 })
    const order = fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(some, order, (originals, indexes) => {
        const tokens = originals.map((payload) => encodeToken(payload, keys))
        for (const index of indexes.map((n) => n % tokens.length)) {
          expect(payloadOf(tokens[index] ?? "")).to.deep.include(originals[index])
        }
      }),
    )
  })

  it("reads 50 KB both ways", async () => {
    const payload = { text: "é日".repeat(10_000) }
    expect(payloadOf(await coreEncode({ token: payload, secret, salt }))).to.include(payload)
    expect(await coreDecode({ token: encodeToken(payload, keys), secret, salt })).to.include(payload)
  })

  it("accepts every listed secret", async () => {
    const token = await coreEncode({ token: { sub: "1" }, secret: older, salt })
    expect(payloadOf(token, { secrets: [secret, "", older], salt })).to.include({ sub: "1" })
  })

  it("tells a secret that is not listed from a forgery", async () => {
    const token = await coreEncode({ token: { sub: "1" }, secret: older, salt })
    for (const secrets of [[secret], [], [""]]) {
      expect(decodeToken(token, { secrets, salt }).status).to.equal("unknown-key")
    }
    expect(decodeToken(token.slice(0, -1), keys).status).to.equal("invalid")
  })

  it("does not take another cookie's token for a session (S5)", async () => {
    for (const other of ["authjs.state", "authjs.csrf-token", "__Secure-authjs.session-token", ""]) {
      const token = await coreEncode({ token: { sub: "1" }, secret, salt: other })
      expect(decodeToken(token, keys).status).to.equal("unknown-key")
      expect(decodeToken(encodeToken({}, keys), { secrets: [secret], salt: other }).status).to.equal(
        "unknown-key",
      )
    }
  })

  it("reads A256GCM, with any spelling of the header", async () => {
    const headers = [
      {},
      { kid: undefined },
      { enc: "A256GCM" },
      { enc: "A256GCM", kid: undefined },
      { typ: "JWT" },
    ]
    for (const header of headers) {
      const token = await makeToken('{"sub":"1"}', { secret: older, salt, header })
      const secrets = [secret, older]
      expect(payloadOf(token, { secrets, salt })).to.deep.equal({ sub: "1" })
      expect(await coreDecode({ token, secret: older, salt })).to.deep.equal({ sub: "1" })
    }
  })

  it("finds no secret for a forged token without kid", async () => {
    const token = await makeToken("{}", { secret: "another secret", salt, header: { kid: undefined } })
    expect(decodeToken(token, { secrets: [secret, older], salt }).status).to.equal("invalid")
  })
})

describe("jwtCodec", () => {
  const codec = jwtCodec satisfies Pick<JWTOptions, "encode" | "decode">

  it("is core's, both ways, with one secret or several", async () => {
    for (const secrets of [secret, [secret, older]]) {
      const token = codec.encode({ token: { sub: "1" }, secret: secrets, salt, maxAge: 60 })
      expect(await coreDecode({ token, secret, salt })).to.deep.equal(
        codec.decode({ token, secret: secrets, salt }),
      )
    }
    expect(codec.decode({ token: codec.encode({ secret, salt }), secret, salt })).to.have.keys(
      "iat",
      "exp",
      "jti",
    )
  })

  it("answers null for no token", () => {
    expect(codec.decode({ secret, salt })).to.equal(null)
    expect(codec.decode({ token: "", secret, salt })).to.equal(null)
  })

  it("throws where core throws", async () => {
    const expired = await coreEncode({ token: {}, secret, salt, maxAge: -60 })
    const foreign = await coreEncode({ token: {}, secret: older, salt })
    for (const [token, reason] of [
      [expired, "expired"],
      [foreign, "unknown-key"],
      ["x.y", "invalid"],
    ] as const) {
      expect(await coreDecode({ token, secret, salt }).catch(() => "throws")).to.equal("throws")
      expect(() => codec.decode({ token, secret, salt })).to.throw(reason)
    }
  })

  it("names the key as core does", () => {
    const { alg, enc, kid } = decodeProtectedHeader(codec.encode({ secret, salt }))
    expect({ alg, enc, size: kid?.length }).to.deep.equal({ alg: "dir", enc: "A256CBC-HS512", size: 86 })
  })
})
