import { scryptSync } from "node:crypto"
import { expect } from "chai"
import {
  decoyHash,
  isCheaper,
  isScryptHash,
  scryptHash,
  scryptVerify,
} from "../../lib/password/scrypt-hash.js"

const cheap = { ln: 4, r: 8, p: 1 }

/** Section 12 of RFC 7914, except the first vector, whose salt is empty. */
const vectors = [
  {
    password: "password",
    salt: "NaCl",
    cost: { ln: 10, r: 8, p: 16 },
    key:
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162" +
      "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
  },
  {
    password: "pleaseletmein",
    salt: "SodiumChloride",
    cost: { ln: 14, r: 8, p: 1 },
    key:
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2" +
      "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
  },
]

describe("hashes with scrypt", () => {
  for (const { password, salt, cost, key } of vectors)
    it(`verifies the vector of RFC 7914 for ${password}`, async () => {
      // Its salt is shorter than the 8 bytes that PHC strings have at least.
      if (Buffer.from(salt).length < 8) {
        const N = 2 ** cost.ln
        expect(scryptSync(password, salt, 64, { N, r: cost.r, p: cost.p }).toString("hex")).to.equal(key)
        return
      }
      const [saltText, keyText] = [Buffer.from(salt), Buffer.from(key, "hex")].map((bytes) =>
        bytes.toString("base64").replace(/=+$/, ""),
      )
      const hash = `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${saltText}$${keyText}`
      expect(await scryptVerify(password, hash)).to.equal(true)
      expect(await scryptVerify(`${password}!`, hash)).to.equal(false)
    })

  it("writes a PHC string at the figures that OWASP recommends", async () => {
    const hash = await scryptHash("correct horse")
    expect(hash).to.match(/^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await scryptVerify("correct horse", hash)).to.equal(true)
    expect(await scryptVerify("correct horsE", hash)).to.equal(false)
    expect([isScryptHash(hash), isCheaper(hash)]).to.deep.equal([true, false])
  })

  it("has another salt each time", async () => {
    const hashes = await Promise.all([scryptHash("a", cheap), scryptHash("a", cheap)])
    expect(new Set(hashes).size).to.equal(2)
  })

  it("distinguishes long passwords that differ at their end", async () => {
    const long = "é".repeat(255)
    const hash = await scryptHash(`${long}1`, cheap)
    expect(await scryptVerify(`${long}2`, hash)).to.equal(false)
    expect(await scryptVerify(`${long}1`, hash)).to.equal(true)
  })

  it("leaves the event loop free, and hashes all of many at once", async () => {
    let longest = 0
    let last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    const start = performance.now()
    await scryptHash("alone", { ln: 15, r: 8, p: 1 })
    const alone = performance.now() - start
    await Promise.all(Array.from({ length: 8 }, () => scryptHash("many", { ln: 15, r: 8, p: 1 })))
    clearInterval(timer)
    expect(longest).to.be.below(Math.max(200, alone * 3))
  })

  it("knows hashes that cost less than new ones", async () => {
    expect(isCheaper(await scryptHash("a", cheap))).to.equal(true)
    expect(isCheaper(decoyHash({ ln: 18, r: 8, p: 2 }))).to.equal(false)
    expect(isCheaper(decoyHash({ ln: 17, r: 4, p: 1 }))).to.equal(true)
  })

  it("has decoys that no password has", async () => {
    expect(await scryptVerify("", decoyHash(cheap))).to.equal(false)
  })

  const key = "A".repeat(43)
  const salt = "A".repeat(22)
  for (const hash of [
    "",
    "$scrypt$",
    `$scrypt$ln=17,r=8,p=1$${salt}$`,
    `$scrypt$ln=17,r=8,p=1$${salt}$AAAA`,
    `$scrypt$ln=31,r=8,p=1$${salt}$${key}`,
    `$scrypt$ln=20,r=9,p=1$${salt}$${key}`,
    `$scrypt$ln=17,r=8,p=17$${salt}$${key}`,
    `$scrypt$ln=0,r=8,p=1$${salt}$${key}`,
    `$scrypt$ln=17,r=0,p=1$${salt}$${key}`,
    `$scrypt$ln=17,r=8,p=1$${salt}$${key}\n`,
    "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
  ])
    it(`refuses ${JSON.stringify(hash.slice(0, 40))} as a stored hash`, async () => {
      const error = await scryptVerify("password", hash).catch((reason: unknown) => reason)
      expect(error).to.include({ code: "ERR_AUTH_PASSWORD", status: 500 })
    })
})
