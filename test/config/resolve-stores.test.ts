import { expect } from "chai"
import { type ExpressAuthConfig, memoryLimiter, memoryLocks, memoryRevocation } from "express-authjs"
import { compose } from "express-authjs/adapters"
import { database } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import { Redis } from "ioredis"
import { resolveConfig } from "../../lib/config/resolve-config.js"
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

  it("are checked, whoever brings them", () => {
    const adapter = { ...database("sqlite::memory:"), locks: {} } as unknown as ExpressAuthConfig["adapter"] &
      object
    expect(configErrorOf(() => resolve({ adapter }))).to.match(
      /^ERR_AUTH_INVALID_OPTION: `locks` must be a store/,
    )
  })
})
