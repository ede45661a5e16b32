import { createHash } from "node:crypto"
import { expect } from "chai"
import { createPasswordHashes } from "../../lib/password/password-hashes.js"
import { decoyHash, scryptHash } from "../../lib/password/scrypt-hash.js"

/** The hashes of an old app. */
const md5 = (password: string) => `md5$${createHash("md5").update(password).digest("hex")}`
const verify = (password: string, hash: string) => hash === md5(password)

describe("hashes of passwords", () => {
  it("are scrypt's by default, and replaced when the cost has risen", async () => {
    const hashes = createPasswordHashes()
    const hash = await hashes.hash("correct horse")
    expect(await hashes.verify("correct horse", hash)).to.equal(true)
    expect(hashes.needsRehash(hash)).to.equal(false)
    expect(hashes.needsRehash(await scryptHash("correct horse", { ln: 14, r: 8, p: 1 }))).to.equal(true)
  })

  it("of an old app are verified by its function, and replaced by scrypt's", async () => {
    const hashes = createPasswordHashes({ verify })
    expect(await hashes.verify("correct horse", md5("correct horse"))).to.equal(true)
    expect(await hashes.verify("wrong", md5("correct horse"))).to.equal(false)
    expect(hashes.needsRehash(md5("correct horse"))).to.equal(true)
    const hash = await hashes.hash("correct horse")
    expect(hash).to.match(/^\$scrypt\$/)
    expect([await hashes.verify("correct horse", hash), hashes.needsRehash(hash)]).to.deep.equal([
      true,
      false,
    ])
  })

  it("of the app's own library are kept, and replace those of scrypt", async () => {
    const hashes = createPasswordHashes({ hash: md5, verify })
    expect(await hashes.hash("correct horse")).to.equal(md5("correct horse"))
    expect(hashes.needsRehash(md5("correct horse"))).to.equal(false)
    const older = await scryptHash("correct horse", { ln: 4, r: 8, p: 1 })
    expect([await hashes.verify("correct horse", older), hashes.needsRehash(older)]).to.deep.equal([
      true,
      true,
    ])
    const rising = createPasswordHashes({ hash: md5, verify, needsRehash: (hash) => hash.length < 99 })
    expect(rising.needsRehash(md5("correct horse"))).to.equal(true)
  })

  it("are simulated at the cost of a real one", async () => {
    const verified: string[] = []
    const counting = (password: string, hash: string) => {
      verified.push(hash)
      return verify(password, hash)
    }
    const hashes = createPasswordHashes({ hash: md5, verify: counting })
    await hashes.simulate("correct horse")
    await hashes.simulate("correct horse")
    expect(verified).to.have.length(2)
    expect(verified[0]).to.match(/^md5\$/)
    const durations = await Promise.all(
      [() => createPasswordHashes().simulate("x"), () => createPasswordHashes().verify("x", decoyHash())].map(
        async (run) => {
          const start = performance.now()
          await run()
          return performance.now() - start
        },
      ),
    )
    expect(Math.max(...durations) / Math.min(...durations)).to.be.below(3)
  })
})
