import { decode as coreDecode, encode as coreEncode } from "@auth/core/jwt"
import { expect } from "chai"
import fc from "fast-check"
import { CompactEncrypt, EncryptJWT, SignJWT, UnsecuredJWT } from "jose"
import { serializeSealed, toAssociatedData } from "../../../lib/session/codec/content-encryption.js"
import { getKeyRing } from "../../../lib/session/codec/derived-key.js"
import { decodeToken, encodeToken, MAX_TOKEN_LENGTH } from "../../../lib/session/codec/token-codec.js"
import { deriveKey, makeToken, thumbprint } from "../make-token.js"

const secret = "a secret of at least thirty-two characters"
const salt = "authjs.session-token"
const keys = { secrets: [secret], salt }
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
// Ł is U+0141: a decoder that drops the upper byte reads an A.
const foreign = [..."+/=. \n%é\u0141\u0100\u{1f642}"]

function statusOf(token: string) {
  return decodeToken(token, keys).status
}

function* oneCharacterChanged(token: string) {
  for (let at = 0; at < token.length; at++) {
    for (const other of [...alphabet, ...foreign]) {
      if (other !== token[at]) yield token.slice(0, at) + other + token.slice(at + 1)
    }
  }
}

function expectNoneValid(token: string) {
  expect(statusOf(token)).to.equal("valid")
  for (const changed of oneCharacterChanged(token)) {
    if (statusOf(changed) === "valid") expect.fail(`${changed} is valid, made from ${token}`)
  }
}

function toBase64url(value: unknown) {
  return Buffer.from(JSON.stringify(value)).toString("base64url")
}

describe("a hostile token (S13)", () => {
  it("is never valid with one character changed, A256CBC-HS512", () => {
    expectNoneValid(encodeToken({ sub: "1" }, keys))
  })

  it("is never valid with one character changed, A256GCM", async () => {
    expectNoneValid(await makeToken('{"sub":"1"}', { secret, salt, header: { enc: "A256GCM" } }))
  })

  it("is never valid with one character changed, header in another order", async () => {
    expectNoneValid(await makeToken('{"sub":"1"}', { secret, salt, header: { kid: undefined } }))
  })

  it("is never valid with a character more or less, anywhere", () => {
    const token = encodeToken({ sub: "1" }, keys)
    for (let at = 0; at <= token.length; at++) {
      expect(statusOf(token.slice(0, at)) === "valid").to.equal(at === token.length)
      expect(statusOf(token.slice(at)) === "valid").to.equal(at === 0)
      if (at < token.length) expect(statusOf(token.slice(0, at) + token.slice(at + 1))).to.not.equal("valid")
      for (const more of [...foreign, "A", "_"]) {
        expect(statusOf(token.slice(0, at) + more + token.slice(at))).to.not.equal("valid")
      }
    }
  })

  it("is not valid with its segments re-ordered, repeated, dropped or of another token", () => {
    const one = encodeToken({ sub: "1" }, keys).split(".")
    const two = encodeToken({ sub: "2" }, keys).split(".")
    for (let i = 0; i < 5; i++) {
      expect(statusOf(one.toSpliced(i, 1).join(".")), `without ${i}`).to.equal("invalid")
      expect(statusOf(one.toSpliced(i, 0, one[i] ?? "").join(".")), `${i} twice`).to.equal("invalid")
      if (i > 1) expect(statusOf(one.with(i, two[i] ?? "").join(".")), `${i} of another`).to.equal("invalid")
      for (let j = 0; j < i; j++) {
        const swapped = one.with(i, one[j] ?? "").with(j, one[i] ?? "")
        expect(statusOf(swapped.join(".")), `${j} and ${i} swapped`).to.equal("invalid")
      }
    }
    expect(statusOf(one.with(1, "AAAA").join(".")), "with an encrypted key").to.equal("invalid")
  })

  it("is not valid with blocks of ciphertext cut off", () => {
    const [header, , iv, ciphertext = "", tag] = encodeToken({ text: "x".repeat(500) }, keys).split(".")
    const bytes = Buffer.from(ciphertext, "base64url")
    for (let length = 0; length < bytes.length; length += 1) {
      const shorter = bytes.subarray(0, length).toString("base64url")
      expect(statusOf([header, "", iv, shorter, tag].join("."))).to.equal("invalid")
    }
  })

  it("is not read with another content encryption", async () => {
    for (const enc of ["A128GCM", "A192GCM", "A128CBC-HS256", "A192CBC-HS384"]) {
      const token = await makeToken('{"sub":"1"}', { secret, salt, header: { enc } })
      expect(statusOf(token), enc).to.equal("invalid")
    }
  })

  it("is not read with another key management", async () => {
    const key = await deriveKey(secret, salt, 32)
    const kid = await thumbprint(key)
    for (const alg of ["A256KW", "A256GCMKW"]) {
      const header = { alg, enc: "A256GCM", kid }
      expect(statusOf(await new EncryptJWT({}).setProtectedHeader(header).encrypt(key)), alg).to.equal(
        "invalid",
      )
    }
    const password = new CompactEncrypt(Buffer.from("{}")).setProtectedHeader({
      alg: "PBES2-HS256+A128KW",
      enc: "A256GCM",
    })
    expect(statusOf(await password.encrypt(Buffer.from(secret)))).to.equal("invalid")
  })

  it("is not decompressed, although core would", async () => {
    const token = await makeToken('{"sub":"1"}', { secret, salt, header: { zip: "DEF" } })
    expect(await coreDecode({ token, secret, salt })).to.deep.equal({ sub: "1" })
    expect(statusOf(token)).to.equal("invalid")
  })

  it("is not read with another header, even one authenticated with the right key", () => {
    const { newest } = getKeyRing([secret], salt)
    const header = { alg: "dir", enc: "A256CBC-HS512", kid: newest?.kid }
    const statusWith = (value: unknown) => {
      const text = toBase64url(value)
      const sealed = newest?.content.seal(toAssociatedData(text), "{}", Buffer.alloc(16))
      return sealed && statusOf(serializeSealed(`${text}..`, sealed, "A256CBC-HS512"))
    }
    expect(statusWith({ ...header, typ: "JWT", unknown: 1 })).to.equal("valid")
    const algorithms = [
      { alg: "none" },
      { alg: "A256KW" },
      { alg: "DIR" },
      { alg: undefined },
      { enc: "none" },
    ]
    const parameters = [{ crit: ["x"], x: 1 }, { crit: [] }, { zip: "DEF" }, { zip: null }]
    for (const more of [
      ...algorithms,
      ...parameters,
      { iss: "a" },
      { sub: "a" },
      { aud: "a" },
      { kid: 1 },
      { kid: null },
    ]) {
      expect(statusWith({ ...header, ...more }), JSON.stringify(more)).to.equal("invalid")
    }
    for (const value of [null, [], "dir", 1, {}, [header]]) expect(statusWith(value)).to.equal("invalid")
  })

  it("is not a signed token, whatever its algorithm", async () => {
    const key = await deriveKey(secret, salt, 64)
    const signed = new SignJWT({ sub: "1" }).setProtectedHeader({ alg: "HS512", kid: await thumbprint(key) })
    expect(statusOf(await signed.sign(key))).to.equal("invalid")
    expect(statusOf(new UnsecuredJWT({ sub: "1" }).encode())).to.equal("invalid")
    expect(statusOf(`${toBase64url({ alg: "none" })}.${toBase64url({ sub: "1" })}.`)).to.equal("invalid")
  })

  it("is not valid where its content is no JSON object in UTF-8", async () => {
    const texts = ["", "x", "{", "null", "[]", '"text"', "1", "true", '{"a":1}x', "\ufeff{}"]
    for (const content of [...texts, Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)]) {
      for (const enc of ["A256CBC-HS512", "A256GCM"]) {
        expect(
          statusOf(await makeToken(content, { secret, salt, header: { enc } })),
          String(content),
        ).to.equal("invalid")
      }
    }
  })

  it("is not valid where a time is no number, as in core", async () => {
    for (const claim of ["exp", "iat", "nbf"]) {
      for (const value of ["1", null, true, [], {}]) {
        const token = await makeToken(JSON.stringify({ [claim]: value }), { secret, salt })
        expect(await coreDecode({ token, secret, salt }).catch(() => "throws")).to.equal("throws")
        expect(statusOf(token), `${claim} ${value}`).to.equal("invalid")
      }
    }
  })

  it("is looked at no further when it is too long", async () => {
    const long = await coreEncode({ token: { text: "x".repeat(MAX_TOKEN_LENGTH) }, secret, salt })
    expect(await coreDecode({ token: long, secret, salt })).to.have.property("text")
    expect(statusOf(long)).to.equal("invalid")
    expect(statusOf("A".repeat(50_000_000))).to.equal("invalid")
  })

  it("never makes it throw", () => {
    const [canonical = ""] = encodeToken({}, keys).split(".")
    const text = fc.string({ unit: "binary", maxLength: 200 })
    const segment = fc.oneof(
      text,
      fc.base64String(),
      fc.json().map(toBase64url),
      fc.constantFrom(canonical, ""),
    )
    const shaped = fc.array(segment, { maxLength: 7 }).map((segments) => segments.join("."))
    const almost = text.map((tail) => `${canonical}..${tail}`)
    fc.assert(
      fc.property(fc.oneof(text, shaped, almost), (token) => {
        expect(statusOf(token)).to.be.oneOf(["invalid", "unknown-key"])
      }),
      { numRuns: 2000 },
    )
  })

  it("is invalid, not unknown, where no key could read it", () => {
    const header = toBase64url({ alg: "dir", enc: "A256CBC-HS512", kid: "unknown" })
    const rest = encodeToken({}, keys).split(".").slice(1)
    expect(statusOf([header, ...rest].join("."))).to.equal("unknown-key")
    expect(statusOf(`${header}..AAAA.AAAA.AAAA`)).to.equal("invalid")
    expect(statusOf(`${header}..`)).to.equal("invalid")
    expect(statusOf(header)).to.equal("invalid")
  })
})
