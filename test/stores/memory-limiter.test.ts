import { expect } from "chai"
import { memoryLimiter } from "express-authjs"
import { limiterContract } from "../support/limiter-contract.js"

const once = { limit: 1, window: 60 }

limiterContract("memoryLimiter", memoryLimiter)

describe("memoryLimiter", () => {
  it("keeps a limited number of keys, those met last", () => {
    const store = memoryLimiter()
    store.take("old", once)
    for (let i = 0; i < 60_000; i++) store.take(`key-${i}`, once)
    expect(store.size).to.equal(50_000)
    expect(store.take("key-59999", once).allowed).to.equal(false)
    expect(store.take("old", once).allowed).to.equal(true)
  })

  it("shares nothing with another store", () => {
    memoryLimiter().take("a", once)
    expect(memoryLimiter().take("a", once).allowed).to.equal(true)
  })
})
