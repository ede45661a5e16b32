import { expect } from "chai"
import { type LimiterStore, memoryLimiter } from "express-authjs"
import { resolveLimiter } from "../../lib/config/resolve-limits.js"
import { configErrorOf } from "../support/config-error.js"

describe("resolveLimiter", () => {
  it("takes a store, or none", () => {
    const store = memoryLimiter()
    expect(resolveLimiter(store)).to.equal(store)
    expect(resolveLimiter(undefined)).to.equal(undefined)
    for (const wrong of [null, {}, memoryLimiter, "redis://localhost", { take() {} }])
      expect(configErrorOf(() => resolveLimiter(wrong as unknown as LimiterStore))).to.include(
        "`limiter` must be a store",
      )
  })
})
