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

  it("S31: forgets no exhausted key for any number of others that have room", () => {
    const store = memoryLimiter()
    store.take("exhausted", once)
    const twice = { limit: 2, window: 60 }
    for (let i = 0; i < 60_000; i++) store.take(`key-${i}`, twice)
    expect(store.size).to.equal(50_000)
    expect(store.take("exhausted", once).allowed).to.equal(false)
  })

  it("S31: forgets no nearly exhausted key for any number of others that have more room", () => {
    const store = memoryLimiter()
    const hundred = { limit: 100, window: 3600 }
    for (let turn = 0; turn < 99; turn++) store.take("victim", hundred)
    for (let i = 0; i < 60_000; i++) store.take(`key-${i}`, hundred)
    for (let i = 0; i < 6000; i++)
      for (let turn = 0; turn < 5; turn++) store.take(`half-${i}`, { limit: 10, window: 60 })
    expect(store.size).to.equal(50_000)
    expect(store.take("victim", hundred).allowed).to.equal(true)
    expect(store.take("victim", hundred).allowed).to.equal(false)
  })

  it("counts new keys beside any number that are half full", () => {
    const store = memoryLimiter()
    const ten = { limit: 10, window: 60 }
    for (let i = 0; i < 60_000; i++) for (let turn = 0; turn < 6; turn++) store.take(`half-${i}`, ten)
    const allowed = Array.from({ length: 12 }, () => store.take("new", ten).allowed)
    expect(allowed.filter(Boolean)).to.have.length(10)
  })

  it("forgets exhausted keys whose time is over before any that still counts", () => {
    const { now } = Date
    const store = memoryLimiter()
    for (let i = 0; i < 45_000; i++) store.take(`over-${i}`, once)
    try {
      Date.now = () => now() + 61_000
      for (let i = 0; i < 20_000; i++) store.take(`open-${i}`, { limit: 2, window: 60 })
      expect(store.take("open-0", { limit: 1, window: 60 }).allowed).to.equal(false)
    } finally {
      Date.now = now
    }
  })

  it("keeps room for keys that are not exhausted yet", () => {
    const store = memoryLimiter()
    for (let i = 0; i < 60_000; i++) store.take(`key-${i}`, once)
    const twice = { limit: 2, window: 60 }
    expect(Array.from({ length: 3 }, () => store.take("new", twice).allowed)).to.deep.equal([
      true,
      true,
      false,
    ])
  })

  it("shares nothing with another store", () => {
    memoryLimiter().take("a", once)
    expect(memoryLimiter().take("a", once).allowed).to.equal(true)
  })
})
