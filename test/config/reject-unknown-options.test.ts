import { expect } from "chai"
import type { ExpressAuthConfig } from "../../lib/config/options.js"
import { rejectUnknownOptions } from "../../lib/config/reject-unknown-options.js"
import { configErrorOf } from "../support/config-error.js"

function reject(options: Record<string, unknown>): string {
  return configErrorOf(() => rejectUnknownOptions(options as unknown as ExpressAuthConfig))
}

describe("rejectUnknownOptions", () => {
  it("names the option that was probably meant", () => {
    expect(reject({ provider: [] })).to.match(
      /^ERR_AUTH_UNKNOWN_OPTION: Unknown option "provider". Did you mean "providers"\?/,
    )
    expect(reject({ trusthost: true })).to.include('Did you mean "trustHost"?')
  })

  it("lists all options where none is near", () => {
    const message = reject({ flavour: "vanilla" })
    expect(message).to.include('Unknown option "flavour". Known options: adapter, basePath,')
    expect(message).not.to.include("Did you mean")
  })

  it("looks into the options that are objects", () => {
    expect(reject({ callbacks: { signin: () => false } })).to.include(
      '"callbacks.signin". Did you mean "callbacks.signIn"?',
    )
    expect(reject({ pages: { login: "/login" } })).to.include("pages.signIn")
    expect(reject({ session: { maxage: 1 } })).to.include('Did you mean "session.maxAge"?')
    expect(reject({ events: { signedIn: () => {} } })).to.include('Did you mean "events.signIn"?')
    expect(reject({ cookies: { session: {} } })).to.include("cookies.sessionToken")
  })

  it("refuses what should be an object and is none", () => {
    expect(reject({ pages: "/login" })).to.equal(
      "ERR_AUTH_INVALID_OPTION: `pages` must be an object, not /login.",
    )
    expect(reject({ callbacks: null })).to.include("`callbacks` must be an object")
  })

  it("accepts every documented option, and those left undefined", () => {
    const options = {
      callbacks: { signIn: () => true, jwt: undefined },
      cookies: { pkceCodeVerifier: {} },
      events: { linkAccount: () => {} },
      pages: { newUser: "/hello" },
      session: undefined,
      raw: undefined,
    }
    expect(() => rejectUnknownOptions(options as unknown as ExpressAuthConfig)).not.to.throw()
  })
})
