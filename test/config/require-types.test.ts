import { inspect } from "node:util"
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

  const wrong: [options: object, message: RegExp][] = [
    [{ callbacks: { jwt: "x" } }, /`callbacks\.jwt` is "x"; expected a function/],
    [{ callbacks: { signIn: true } }, /`callbacks\.signIn` is true; expected a function/],
    [{ events: { signIn: "x" } }, /`events\.signIn` is "x"; expected a function/],
    [
      { cookies: { state: { options: { sameSite: "lex" } } } },
      /sameSite` is "lex"; expected "lax", "strict"/,
    ],
    [
      { cookies: { state: { options: { sameSte: "lax" } } } },
      /Did you mean "cookies\.state\.options\.sameSite"/,
    ],
    [{ lastUsed: "no" }, /`lastUsed` is "no"; expected true or false/],
    [{ theme: { name: " " } }, /`theme\.name` is " "; expected the name of the app/],
    [
      { theme: { links: { imprint: "/imprint" } } },
      /`theme\.links\.imprint` does not exist; expected terms, privacy/,
    ],
    [
      { theme: { links: { terms: "javascript:alert(1)" } } },
      /`theme\.links\.terms` is "javascript:alert\(1\)"; expected/,
    ],
    [{ theme: { links: { privacy: "privacy" } } }, /expected a path such as "\/privacy"/],
    [{ theme: { colorScheme: "blue" } }, /`theme\.colorScheme` is "blue"; expected "auto", "dark", "light"/],
    [{ logger: { error: "x" } }, /`logger\.error` is "x"; expected a function/],
    [{ logger: true }, /`logger` is true; expected an object/],
    [{ secret: 42 }, /ERR_AUTH_INVALID_OPTION: `secret` must be a string or an array of strings/],
    [{ adapter: Promise.resolve({}) }, /`adapter` is a promise; .* Await it/],
    [{ adapter: () => ({}) }, /`adapter` is a function; .* Call it/],
    [{ hosts: "example.com" }, /expected an array: hosts: \["example\.com"\]/],
    [
      { trustedOrigins: "http://localhost:5173" },
      /expected an array .* Write \["http:\/\/localhost:5173"\]\./,
    ],
  ]
  for (const [options, message] of wrong)
    it(`refuses ${inspect(options, { depth: 4 })}`, () => {
      expect(errorOf(options)).to.match(message)
    })

  it("accepts every value that the types of @auth/express allow", () => {
    const options = { domain: "example.com", encode: String, expires: new Date(), httpOnly: true, maxAge: 1 }
    const accepted: Partial<ExpressAuthConfig>[] = [
      { cookies: { state: { options: { ...options, path: "/", secure: true, sameSite: true } } } },
      { cookies: { state: { options: { priority: "high", partitioned: true, sameSite: "none" } } } },
      { theme: { colorScheme: "auto" } },
      { theme: {} },
      {
        theme: {
          name: "Acme",
          links: { terms: "/terms", privacy: "https://a.example/p", support: "mailto:a@b.example" },
        },
      },
      { callbacks: { jwt: undefined as never }, events: {} },
      { logger: { warn: () => {}, child: () => {} } },
    ]
    for (const config of accepted) expect(() => errorOf(config)).to.throw("the configuration was accepted")
  })

  it("says that ExpressAuth takes an object, not an array of providers", () => {
    expect(configErrorOf(() => ExpressAuth([] as unknown as ExpressAuthConfig))).to.equal(
      "ERR_AUTH_INVALID_OPTION: ExpressAuth got an array: write ExpressAuth({ providers: [GitHub] }).",
    )
  })

  it("warns of sessions that expire before use can renew them", () => {
    const codes: string[] = []
    const logger = { warn: (code: string) => void codes.push(code) }
    ExpressAuth({ providers: [], secret, logger, session: { maxAge: 60, updateAge: 60 } })
    expect(codes).to.deep.equal([])
    ExpressAuth({ providers: [], secret, logger, session: { maxAge: 60, updateAge: 61 } })
    expect(codes).to.deep.equal(["update-age"])
  })

  it("warns of a logger without any of the functions of a logger", () => {
    const warnings: string[] = []
    const { warn } = console
    console.warn = (line: string) => void warnings.push(line)
    try {
      ExpressAuth({ providers: [], secret, logger: { err: () => {} } })
    } finally {
      console.warn = warn
    }
    expect(warnings.join()).to.include("[auth][warn][logger]")
  })
})
