import { expect } from "chai"
import fc from "fast-check"
import { getKeyRing } from "../../../lib/session/codec/derived-key.js"
import { deriveKey, thumbprint } from "../make-token.js"

const salt = "authjs.session-token"

describe("getKeyRing", () => {
  it("derives and names keys as core does", async () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(text, fc.string({ unit: "binary", maxLength: 40 }), async (secret, otherSalt) => {
        const kids = getKeyRing([secret], otherSalt).keys.map(({ kid }) => kid)
        const keys = await Promise.all([64, 32].map((length) => deriveKey(secret, otherSalt, length)))
        expect(kids).to.deep.equal(await Promise.all(keys.map(thumbprint)))
      }),
      { numRuns: 30 },
    )
  })

  it("gives every prefix as core writes the header", () => {
    const [key] = getKeyRing(["a secret"], salt).keys
    const header = Buffer.from(key?.prefix.slice(0, -2) ?? "", "base64url").toString()
    expect(header).to.equal(`{"alg":"dir","enc":"A256CBC-HS512","kid":"${key?.kid}"}`)
    expect(key?.prefix.endsWith("..")).to.equal(true)
  })

  it("derives once", () => {
    const ring = getKeyRing(["one", "two"], salt)
    getKeyRing(["three"], salt)
    expect(getKeyRing(["one", "two"], salt)).to.equal(ring)
  })

  it("has every secret's keys, the newest first, and no key for an empty secret", () => {
    const kidsOf = (...secrets: string[]) => getKeyRing(secrets, salt).keys.map(({ kid }) => kid)
    expect(kidsOf("", "one", "two"))
      .to.deep.equal(kidsOf("one", "two"))
      .and.have.members([...kidsOf("one"), ...kidsOf("two")])
    expect(getKeyRing(["", "one", "two"], salt).newest?.kid).to.equal(kidsOf("one")[0])
    expect(getKeyRing([""], salt)).to.deep.equal({ newest: undefined, keys: [] })
  })

  it("does not confuse lists that look alike, nor a list that its owner changed", () => {
    const rings = [["a", "b"], ["ab"], ["a,b"], ['a","b'], ["b", "a"]].map((secrets) =>
      getKeyRing(secrets, salt),
    )
    expect(new Set(rings.map((ring) => ring.newest?.kid + String(ring.keys.length))).size).to.equal(
      rings.length,
    )
    const secrets = ["a", "b"]
    expect(getKeyRing(secrets, salt)).to.equal(rings[0])
    secrets[0] = "c"
    expect(getKeyRing(secrets, salt)).to.not.equal(rings[0])
  })

  it("forgets the least recently used of more than a hundred", () => {
    const ring = getKeyRing(["first"], salt)
    for (let i = 0; i < 100; i++) getKeyRing([`tenant ${i}`], salt)
    expect(getKeyRing(["first"], salt)).to.not.equal(ring)
    expect(getKeyRing(["first"], salt).newest?.kid).to.equal(ring.newest?.kid)
  })
})
