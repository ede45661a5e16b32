import { expect } from "chai"
import type { LimiterStore } from "express-authjs"
import { memoryLimiter } from "express-authjs"
import { steadyLimiter } from "../../lib/stores/steady-limiter.js"
import { limiterContract } from "../support/limiter-contract.js"

const twice = { limit: 2, window: 60 }
const failing = (fail: () => never | Promise<never>): LimiterStore => ({
  take: fail,
  giveBack: fail,
  forget: fail,
})

limiterContract("steadyLimiter", () => steadyLimiter(memoryLimiter(), () => {}))

for (const [name, fail] of [
  ["rejects", () => Promise.reject(new Error("connection lost"))],
  [
    "throws",
    () => {
      throw new Error("connection lost")
    },
  ],
] as const)
  describe(`steadyLimiter, while its store ${name}`, () => {
    limiterContract(`a store that ${name}`, () => steadyLimiter(failing(fail), () => {}))

    it("says so once, of many requests at once", async () => {
      const failures: unknown[] = []
      const limiter = steadyLimiter(failing(fail), (error) => failures.push(error))
      await Promise.all(Array.from({ length: 20 }, async () => limiter.take("a", twice)))
      await limiter.take("a", twice)
      expect(failures.map(String)).to.deep.equal(["Error: connection lost"])
    })
  })

describe("steadyLimiter", () => {
  it("does not wait for a store that never answers", async function () {
    this.timeout(10_000)
    const failures: unknown[] = []
    const limiter = steadyLimiter(
      failing(() => new Promise<never>(() => {})),
      (error) => failures.push(error),
    )
    const start = performance.now()
    const answers = await Promise.all([1, 2, 3].map(() => limiter.take("a", twice)))
    expect(answers.map(({ allowed }) => allowed)).to.deep.equal([true, true, false])
    expect(failures.map(String)).to.deep.equal(["Error: The limiter did not answer within 2 seconds"])
    await limiter.take("a", twice)
    expect(performance.now() - start).to.be.below(4000)
  })

  it("asks the store again after a while, which knows what it knew", async () => {
    const { now } = performance
    const store = memoryLimiter()
    let isDown = false
    const down = () => {
      if (isDown) throw new Error("down")
      return store
    }
    const limiter = steadyLimiter(
      {
        take: (...args) => down().take(...args),
        giveBack: (key) => down().giveBack(key),
        forget: (key) => down().forget(key),
      },
      () => {},
    )
    await limiter.take("a", twice)
    isDown = true
    expect((await limiter.take("a", twice)).allowed).to.equal(true)
    isDown = false
    expect((await limiter.take("a", twice)).allowed).to.equal(true)
    try {
      performance.now = () => now.call(performance) + 6000
      expect((await limiter.take("a", twice)).allowed).to.equal(true)
      expect((await limiter.take("a", twice)).allowed).to.equal(false)
    } finally {
      performance.now = now
    }
  })
})
