import { expect } from "chai"
import { resolveCookies } from "../../lib/config/resolve-cookies.js"
import { configErrorOf } from "../support/config-error.js"

const names = (secure: boolean, options: Parameters<typeof resolveCookies>[0] = {}) =>
  Object.values(resolveCookies(options, secure)).map(({ name }) => name)

describe("resolveCookies", () => {
  it("names and protects cookies as Auth.js does over HTTPS", () => {
    expect(names(true)).to.deep.equal([
      "__Secure-authjs.session-token",
      "__Secure-authjs.callback-url",
      "__Host-authjs.csrf-token",
      "__Secure-authjs.pkce.code_verifier",
      "__Secure-authjs.state",
      "__Secure-authjs.nonce",
      "__Secure-authjs.challenge",
    ])
    for (const { options } of Object.values(resolveCookies({}, true)))
      expect(options).to.deep.equal({ httpOnly: true, sameSite: "lax", path: "/", secure: true })
  })

  it("has no prefixes over plain HTTP, where browsers would refuse them", () => {
    expect(names(false)).to.include.members(["authjs.session-token", "authjs.csrf-token"])
    expect(resolveCookies({}, false).sessionToken.options.secure).to.equal(false)
  })

  it("puts the app's own prefix after the browser's", () => {
    expect(names(true, { cookiePrefix: "shop" })).to.include.members([
      "__Secure-shop.session-token",
      "__Host-shop.csrf-token",
    ])
  })

  it("merges the user's options over the defaults; undefined is not set", () => {
    const custom = {
      name: "sid",
      options: { sameSite: "strict", domain: undefined, secure: undefined } as const,
    }
    const { sessionToken, state } = resolveCookies({ cookies: { sessionToken: custom as object } }, true)
    expect(sessionToken).to.deep.equal({
      name: "sid",
      options: { httpOnly: true, sameSite: "strict", path: "/", secure: true },
    })
    expect(state.options.sameSite).to.equal("lax")
  })

  it("turns __Host- into __Secure- for a domain or a path, which browsers refuse together", () => {
    for (const options of [{ domain: "example.com" }, { path: "/app" }]) {
      const { csrfToken } = resolveCookies({ cookies: { csrfToken: { options } } }, true)
      expect(csrfToken.name).to.equal("__Secure-authjs.csrf-token")
      expect(csrfToken.options).to.include(options)
      const named = { name: "__Host-mine", options }
      expect(resolveCookies({ cookies: { sessionToken: named } }, true).sessionToken.name).to.equal(
        "__Secure-mine",
      )
    }
  })

  it("takes the prefix from a cookie that is not Secure", () => {
    const cookies = { sessionToken: { name: "__Secure-mine" }, csrfToken: { options: { secure: false } } }
    expect(resolveCookies({ cookies }, false).sessionToken.name).to.equal("mine")
    expect(resolveCookies({ cookies }, true).csrfToken.name).to.equal("authjs.csrf-token")
  })

  it("refuses a name that no cookie can have", () => {
    for (const cookiePrefix of ["my app", "a=b", "a;b", "é"])
      expect(configErrorOf(() => resolveCookies({ cookiePrefix }, true))).to.match(
        /^ERR_AUTH_INVALID_OPTION: The cookie sessionToken would have the name/,
      )
    expect(configErrorOf(() => resolveCookies({ cookies: { state: { name: "" } } }, true))).to.include(
      "cookies.state.name",
    )
  })
})
