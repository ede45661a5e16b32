import { expect } from "chai"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { configErrorOf } from "../support/config-error.js"
import { withEnvironment } from "../support/with-environment.js"

const secret = "a secret of at least thirty-two characters"

/** Returns the error of options that TypeScript would refuse, as JavaScript may pass them. */
function errorOf(options: object, env: Record<string, string> = {}): string {
  const config = { providers: [], secret, logger: { warn: () => {} }, ...options } as ExpressAuthConfig
  return configErrorOf(() => withEnvironment(env, () => ExpressAuth(config)))
}

describe("requireTypes", () => {
  for (const name of ["debug", "trustHost", "useSecureCookies"])
    for (const value of ["false", "true", "", 1, 0])
      it(`refuses ${name}: ${JSON.stringify(value)}`, () => {
        expect(errorOf({ [name]: value })).to.match(
          new RegExp(
            `^ERR_AUTH_INVALID_OPTION: \`${name}\` is ${JSON.stringify(value)}; expected true or false`,
          ),
        )
      })

  it("S18: does not start in production with a string as trustHost", () => {
    expect(errorOf({ trustHost: "false" }, { NODE_ENV: "production" })).to.include('process.env.X === "true"')
  })

  it("accepts true, false, undefined and null", () => {
    for (const value of [true, false, undefined, null])
      expect(() => errorOf({ debug: value, trustHost: value, useSecureCookies: value })).to.throw(
        "the configuration was accepted",
      )
  })
})
