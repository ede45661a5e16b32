import { expect } from "chai"
import {
  type ExpressAuthConfig,
  type LimiterStore,
  type LockStore,
  memoryLimiter,
  memoryLocks,
  memoryRevocation,
} from "express-authjs"
import { compose } from "express-authjs/adapters"
import { database } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import { Redis } from "ioredis"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { resolveLimiter, resolveLocks, resolveRevocation } from "../../lib/config/resolve-stores.js"
import { configErrorOf } from "../support/config-error.js"

const resolve = (options: Partial<ExpressAuthConfig>) =>
  resolveConfig({ providers: [], secret: "s".repeat(32), ...options })

describe("the stores of a configuration", () => {
  it("come with database(), revocations only where sessions are tokens", () => {
    const adapter = database("sqlite::memory:")
    const { locks, limiter, revocation } = adapter
    const tokens = resolve({ adapter, session: { strategy: "jwt" } })
    expect(tokens).to.include({ locks, limiter, revocation })
    expect(resolve({ adapter })).to.include({ locks, limiter, revocation: undefined })
  })

  it("come with redis(), put together with any database", () => {
    const store = redis(new Redis({ lazyConnect: true }))
    const { locks, limiter, revocation } = store
    const adapter = compose({ users: database("sqlite::memory:"), sessions: store })
    expect(resolve({ adapter, session: { strategy: "jwt" } })).to.include({ locks, limiter, revocation })
  })

  it("are those of the options where there are any, and none where revocations are switched off", () => {
    const adapter = database("sqlite::memory:")
    const own = { locks: memoryLocks(), limiter: memoryLimiter(), revocation: memoryRevocation() }
    expect(resolve({ adapter, session: { strategy: "jwt" }, ...own })).to.include(own)
    const none = resolve({ adapter, session: { strategy: "jwt" }, revocation: false })
    expect(none.revocation).to.equal(undefined)
  })

  it("are checked, whether they are an option or come with the adapter", () => {
    const adapter = { ...database("sqlite::memory:"), locks: {} } as unknown as ExpressAuthConfig["adapter"] &
      object
    expect(configErrorOf(() => resolve({ adapter }))).to.match(
      /^ERR_AUTH_INVALID_OPTION: `locks` must be a store/,
    )
  })
})

describe("resolveLocks", () => {
  it("takes a store, or none", () => {
    const store = memoryLocks()
    expect(resolveLocks(store)).to.equal(store)
    expect(resolveLocks(undefined)).to.equal(undefined)
    for (const wrong of [null, {}, memoryLocks, "redis://localhost", { acquire() {} }])
      expect(configErrorOf(() => resolveLocks(wrong as unknown as LockStore))).to.include(
        "`locks` must be a store",
      )
  })
})

describe("resolveRevocation", () => {
  it("takes a store, or none", () => {
    const store = { revoke() {}, isRevoked: () => false }
    expect(resolveRevocation(store)).to.equal(store)
    expect(resolveRevocation(undefined)).to.equal(undefined)
  })

  it("refuses what is no store, the function that makes one included", () => {
    for (const odd of [null, {}, true, () => ({}), { revoke() {} }])
      expect(configErrorOf(() => resolveRevocation(odd as never))).to.match(
        /^ERR_AUTH_INVALID_OPTION: .*memoryRevocation\(\)/,
      )
  })
})

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
