import { createCipheriv, createHmac, createSecretKey } from "node:crypto"
import { expect } from "chai"
import {
  createCbcKey,
  createGcmKey,
  toAssociatedData,
} from "../../../lib/session/codec/content-encryption.js"

/** Test case of RFC 7518, appendix B.3. */
const vector = {
  macKey: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
  encryptionKey: "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
  plaintext:
    "A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience",
  aad: "The second principle of Auguste Kerckhoffs",
  iv: "1af38c2dc2b96ffdd86694092341bc04",
  ciphertext:
    "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd822c301dd67c373bccb584ad3e9279c2e6d12a1374b77f07" +
    "7553df829410446b36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3a3b75e662a2594410ae496b2e2e6609e" +
    "31e6e02cc837f053d21f37ff4f51950bbe2638d09dd7a4930930806d0703b1f6",
  tag: "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5",
}

function keyOf(hex: string) {
  return createSecretKey(hex, "hex")
}

describe("createCbcKey", () => {
  const key = createCbcKey(keyOf(vector.macKey), keyOf(vector.encryptionKey))
  const aad = toAssociatedData(vector.aad)
  const body = Buffer.from(vector.iv + vector.ciphertext, "hex")
  const tag = Buffer.from(vector.tag, "hex")

  it("computes the test case of RFC 7518", () => {
    const sealed = key.seal(aad, vector.plaintext, Buffer.from(vector.iv, "hex"))
    expect(sealed.body.toString("hex")).to.equal(vector.iv + vector.ciphertext)
    expect(sealed.tag.toString("hex")).to.equal(vector.tag)
  })

  it("opens the test case of RFC 7518, however often", () => {
    for (let i = 0; i < 3; i++) expect(key.open(aad, { body, tag })).to.equal(vector.plaintext)
  })

  it("opens with the right tag, length and associated data only", () => {
    const changed = Buffer.from(tag)
    changed[31] = 0
    expect(key.open(aad, { body, tag: changed })).to.equal(undefined)
    expect(key.open(aad, { body: body.subarray(0, -16), tag })).to.equal(undefined)
    expect(key.open(aad, { body: body.subarray(0, -1), tag })).to.equal(undefined)
    expect(key.open(aad, { body: body.subarray(0, 16), tag })).to.equal(undefined)
    expect(key.open(toAssociatedData("The third principle"), { body, tag })).to.equal(undefined)
    expect(key.open(aad, { body, tag })).to.equal(vector.plaintext)
  })

  it("rejects authentic ciphertext that is not a whole number of padded blocks, and keeps working", () => {
    const iv = Buffer.from(vector.iv, "hex")
    const authenticate = (content: Buffer) => {
      const mac = createHmac("sha512", keyOf(vector.macKey))
        .update(aad.bytes)
        .update(content)
        .update(aad.bitLength)
      return { body: content, tag: mac.digest().subarray(0, 32) }
    }
    const encrypt = (padded: number[]) => {
      const cipher = createCipheriv("aes-256-cbc", keyOf(vector.encryptionKey), iv).setAutoPadding(false)
      return Buffer.concat([
        iv,
        cipher.update(Buffer.alloc(32, "x").fill(Buffer.from(padded), 32 - padded.length)),
      ])
    }
    for (const padded of [[0], [17], [1, 2], [2, 3, 3], [255]]) {
      expect(key.open(aad, authenticate(encrypt(padded))), String(padded)).to.equal(undefined)
      expect(key.open(aad, authenticate(encrypt([2, 2])))).to.equal("x".repeat(30))
    }
    for (const length of [0, 1, 15, 16, 17, 31, 33, 47]) {
      expect(key.open(aad, authenticate(body.subarray(0, length))), String(length)).to.equal(undefined)
      expect(key.open(aad, { body, tag })).to.equal(vector.plaintext)
    }
  })

  it("counts the associated data in bits", () => {
    expect(aad.bitLength.toString("hex")).to.equal("0000000000000150")
  })
})

describe("createGcmKey", () => {
  it("computes test case 14 of the GCM specification", () => {
    // Key, nonce and plaintext are all zero (McGrew and Viega, appendix B).
    const key = createGcmKey(keyOf("00".repeat(32)))
    const body = Buffer.from(`${"00".repeat(12)}cea7403d4d606b6e074ec5d3baf39d18`, "hex")
    const tag = Buffer.from("d0d1c8a799996bf0265b98b5d48ab919", "hex")
    expect(key.open(toAssociatedData(""), { body, tag })).to.equal("\0".repeat(16))
    expect(key.open(toAssociatedData("x"), { body, tag })).to.equal(undefined)
  })
})
