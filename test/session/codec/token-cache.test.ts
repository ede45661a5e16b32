import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect } from "chai"
import fc from "fast-check"
import { createTokenCache } from "../../../lib/session/codec/token-cache.js"
import { decodeToken, encodeToken } from "../../../lib/session/codec/token-codec.js"

const keys = { secrets: ["a secret of at least thirty-two characters"], salt: "authjs.session-token" }

describe("createTokenCache", () => {
  it("gives back what was kept with this very token", () => {
    const cache = createTokenCache(100_000)
    const token = encodeToken({ name: "日本" }, keys)
    const decoded = decodeToken(token, keys)
    const plaintext = decoded.status === "valid" ? decoded.plaintext : ""
    expect(cache.get(token)).to.equal(undefined)
    cache.set(token, plaintext)
    expect(cache.get(`${token} `.trim()))
      .to.equal(plaintext)
      .and.contain("日本")
  })

  it("does not take another token with the same tag", () => {
    const cache = createTokenCache(100_000)
    const token = encodeToken({}, keys)
    cache.set(token, "{}")
    for (let at = 0; at < token.length; at++) {
      const other = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1)
      expect(cache.get(other)).to.equal(undefined)
      expect(cache.get(token.slice(at + 1))).to.equal(undefined)
    }
    expect(cache.get(token)).to.equal("{}")
  })

  it("stays within its bound, counting all that it holds", () => {
    const bound = 64 * 1024
    const cache = createTokenCache(bound)
    const text = fc.string({ unit: "binary", maxLength: 400 })
    let most = 0
    fc.assert(
      fc.property(fc.uuid(), text, (token, plaintext) => {
        const before = cache.size
        cache.set(`${token}.${token}`, plaintext)
        most = Math.max(most, cache.size)
        expect(cache.size).to.be.at.most(bound)
        if (before < bound / 2)
          expect(cache.size).to.be.at.least(before + plaintext.length + 2 * token.length)
      }),
      { numRuns: 1000 },
    )
    expect(most).to.be.above(bound * 0.9)
  })

  it("keeps no request's Cookie header alive", () => {
    setFlagsFromString("--expose-gc")
    const collectGarbage: () => void = runInNewContext("gc")
    const heapUsed = () => {
      collectGarbage()
      return process.memoryUsage().heapUsed
    }
    const cache = createTokenCache(100_000)
    const before = heapUsed()
    for (let i = 0; i < 50; i++) {
      const header = Buffer.alloc(1_000_000, `${i} of 50; `).toString("latin1")
      cache.set(header.slice(0, 400), header.slice(400, 600))
    }
    expect(cache.size).to.be.above(50 * 600)
    expect(heapUsed() - before).to.be.below(5_000_000)
  })

  it("counts two bytes a character where V8 stores two", () => {
    const [narrow, wide] = [createTokenCache(100_000), createTokenCache(100_000)]
    narrow.set("token", "a".repeat(1000))
    wide.set("token", "日".repeat(1000))
    expect(wide.size - narrow.size).to.equal(1000)
  })

  it("keeps those in use and drops the least recently used", () => {
    const cache = createTokenCache(64 * 1024)
    const tokens = Array.from({ length: 200 }, (_, i) => encodeToken({ i }, keys))
    const [first = "", second = ""] = tokens
    for (const token of tokens) {
      cache.set(token, "{}")
      expect(cache.get(first)).to.equal("{}")
    }
    expect(cache.get(second)).to.equal(undefined)
  })

  it("does not keep what is larger than all of it", () => {
    const cache = createTokenCache(1000)
    cache.set("token", "x".repeat(1000))
    expect(cache.get("token")).to.equal(undefined)
    expect(cache.size).to.equal(0)
  })

  it("keeps a token once", () => {
    const cache = createTokenCache(100_000)
    cache.set("token", "{}")
    const { size } = cache
    cache.set("token", "{}")
    expect(cache.size).to.equal(size)
  })
})
