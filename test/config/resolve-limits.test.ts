import { expect } from "chai"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { resolveLimits } from "../../lib/config/resolve-limits.js"
import { configErrorOf } from "../support/config-error.js"

describe("resolveLimits", () => {
  it("limits everything by default", () => {
    const limits = resolveLimits()
    expect(limits.nameFromClient).to.deep.equal({ limit: 10, window: 900 })
    expect(Object.values(limits).every((limit) => limit !== undefined)).to.equal(true)
    expect(Object.values(resolveLimits(false)).every((limit) => limit === undefined)).to.equal(true)
    expect(resolveLimits({ mail: false, name: { limit: 1, window: 1 } })).to.deep.equal({
      ...limits,
      mail: undefined,
      name: { limit: 1, window: 1 },
    })
  })

  it("refuses invalid limits, so that none is switched off by mistake", () => {
    for (const odd of [null, 5, true, {}, { limit: 0, window: 60 }, { limit: 1.5, window: 60 }, { limit: 5 }])
      expect(configErrorOf(() => resolveLimits({ mail: odd as never }))).to.match(
        /^ERR_AUTH_INVALID_OPTION: limits\.mail/,
      )
  })

  it("refuses unknown names, and true", () => {
    const withLimits = (limits: unknown) =>
      configErrorOf(() => resolveConfig(Object({ providers: [], limits })))
    expect(withLimits({ mails: false })).to.match(/^ERR_AUTH_UNKNOWN_OPTION: .*limits\.mail"/)
    expect(withLimits(true)).to.match(/^ERR_AUTH_INVALID_OPTION: `limits` must be an object/)
  })
})
