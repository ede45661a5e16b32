import { expect } from "chai"
import type { ExpressAuthConfig } from "../../lib/config/options.js"
import { resolveSession } from "../../lib/config/resolve-session.js"
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

describe("session.keepTokens", () => {
  const keep = (options: object) => resolve({ session: { keepTokens: true }, ...options })

  it("works with encrypted sessions alone: tokens must not be readable", () => {
    expect(keep({}).keepTokens).to.equal(true)
    expect(resolve({}).keepTokens).to.equal(false)
    const encode = async () => ""
    for (const options of [{ jwt: { encode } }, { session: { keepTokens: true, strategy: "database" } }])
      expect(configErrorOf(() => keep(options))).to.match(
        /^ERR_AUTH_INVALID_OPTION: session.keepTokens cannot/,
      )
    for (const keepTokens of ["no", 0, null])
      expect(configErrorOf(() => resolve({ session: { keepTokens } }))).to.include("expected true or false")
  })
})
