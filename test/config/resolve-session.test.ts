import { expect } from "chai"
import type { ExpressAuthConfig } from "../../lib/config/options.js"
import { resolveRevocation, resolveSession } from "../../lib/config/resolve-session.js"
import { configErrorOf } from "../support/config-error.js"

const day = 24 * 60 * 60

/** Resolves options, also such as only JavaScript may pass. */
const resolve = (options: object) => resolveSession({ providers: [], ...options } as ExpressAuthConfig)

describe("resolveSession", () => {
  it("rolls a session before a short-lived token of it ends", () => {
    expect(resolve({ jwt: { maxAge: 600 } })).to.include({ maxAge: 30 * day, updateAge: 300 })
    expect(resolve({ jwt: { maxAge: 60 * day } })).to.include({ updateAge: day })
    expect(resolve({ jwt: { maxAge: 600 }, session: { updateAge: 500 } })).to.include({ updateAge: 500 })
  })

  it("lets nothing last longer than the absolute lifetime", () => {
    expect(resolve({ session: { absoluteMaxAge: 600 } })).to.include({ maxAge: 600, updateAge: 300 })
    expect(resolve({ session: { absoluteMaxAge: 90 * day } })).to.include({ maxAge: 30 * day })
  })

  it("takes bytes or false for the cache, and nothing else", () => {
    expect(resolve({ session: { cache: false } }).cache).to.equal(false)
    expect(resolve({ session: { cache: 1 } }).cache).to.equal(1)
    for (const cache of [true, 0, -1, 0.5, Number.NaN, "4mb", null])
      expect(configErrorOf(() => resolve({ session: { cache } }))).to.include("session.cache is")
  })

  it("takes no misspelt choice for the unsafe one", () => {
    for (const revocationFailure of ["close", "Open", true, ""])
      expect(configErrorOf(() => resolve({ session: { revocationFailure } }))).to.match(
        /^ERR_AUTH_INVALID_OPTION: session.revocationFailure is .*; expected "closed" or "open"/,
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
