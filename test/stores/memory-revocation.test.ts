import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import { revocationContract } from "../support/revocation-contract.js"

revocationContract("memoryRevocation", memoryRevocation)

describe("memoryRevocation", () => {
  const hour = 60 * 60 * 1000

  it("answers at once, without a promise", () => {
    const store = memoryRevocation()
    store.revoke(["sid:a"], new Date(Date.now() + hour))
    expect(store.isRevoked(["sid:a"], new Date(0))).to.equal(true)
  })

  it("shares nothing with another store", () => {
    memoryRevocation().revoke(["sid:a"], new Date(Date.now() + hour))
    expect(memoryRevocation().isRevoked(["sid:a"], new Date(0))).to.equal(false)
  })

  it("forgets revocations whose sessions have expired by themselves", () => {
    const store = memoryRevocation()
    for (let i = 0; i < 20_000; i++)
      store.revoke([`sid:${i}`], new Date(Date.now() + (i < 19_000 ? -1 : hour)))
    expect(store.size).to.be.below(4000)
    expect(store.isRevoked(["sid:19999"], new Date(0))).to.equal(true)
  })

  it("keeps what was revoked twice as long as the longer of both asks", () => {
    const store = memoryRevocation()
    store.revoke(["sid:a"], new Date(Date.now() + hour))
    store.revoke(["sid:a"], new Date(Date.now() - 1))
    for (let i = 0; i < 5000; i++) store.revoke([`sid:${i}`], new Date(Date.now() - 1))
    expect(store.isRevoked(["sid:a"], new Date(0))).to.equal(true)
  })

  it("forgets sessions that have expired, of users who never come back too", () => {
    const store = memoryRevocation()
    const session = { createdAt: new Date(0), lastUsedAt: new Date(0) }
    for (let i = 0; i < 20_000; i++) {
      const expires = new Date(Date.now() + (i < 19_000 ? -1 : hour))
      store.remember({ id: `s${i}`, userId: `u${i}`, expires, ...session })
    }
    expect(store.size).to.be.below(4000)
    expect(store.list("u19999")).to.have.lengthOf(1)
  })
})
