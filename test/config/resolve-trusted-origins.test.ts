import { expect } from "chai"
import { resolveTrustedOrigins } from "../../lib/config/resolve-trusted-origins.js"
import { ConfigError } from "../../lib/errors.js"

function refusalOf(origins: unknown): string {
  try {
    resolveTrustedOrigins(origins)
  } catch (error) {
    if (error instanceof ConfigError && error.code === "ERR_AUTH_INVALID_OPTION") return error.message
    throw error
  }
  return "taken"
}

describe("S53: trustedOrigins", () => {
  it("takes exact origins of http and https, and nothing for none", () => {
    const origins = [
      "http://localhost:5173",
      "https://app.example.com",
      "https://app.example.com:8443",
      "http://127.0.0.1:3000",
      "http://[::1]:3000",
      "https://xn--bcher-kva.example",
    ]
    expect(resolveTrustedOrigins([...origins, "http://localhost:5173"])).to.deep.equal(origins)
    expect(resolveTrustedOrigins(undefined)).to.deep.equal([])
    expect(resolveTrustedOrigins([])).to.deep.equal([])
  })

  it("refuses everything else at start, and says what was expected", () => {
    const wrong: unknown[] = [
      "*",
      "https://*.example.com",
      "https://*",
      "null",
      null,
      "",
      "app.example.com",
      "//app.example.com",
      "localhost:5173",
      "https://app.example.com/login",
      "https://app.example.com?a=b",
      "https://app.example.com#a",
      "https://ada@app.example.com",
      "https://ada:secret@app.example.com",
      "capacitor://localhost",
      "file:///",
      "chrome-extension://abcdefgh",
      "ws://app.example.com",
      "javascript:alert(1)",
      "https://app.example.com, https://evil.example",
      "https://app.example.com ",
      " https://app.example.com",
      "https://app.example\t.com",
      /example/,
      7,
      ["https://app.example.com"],
    ]
    for (const origin of wrong)
      expect(refusalOf([origin]), String(origin)).to.match(
        /^trustedOrigins contains .*; expected an array of exact origins/,
      )
    for (const list of ["https://app.example.com", true, {}, null])
      expect(refusalOf(list), String(list)).to.match(/^trustedOrigins contains /)
  })

  it("suggests the right spelling", () => {
    for (const [written, meant] of [
      ["https://app.example.com/", "https://app.example.com"],
      ["https://APP.example.com", "https://app.example.com"],
      ["https://app.example.com:443", "https://app.example.com"],
      ["http://localhost:80", "http://localhost"],
      ["https://bücher.example", "https://xn--bcher-kva.example"],
    ])
      expect(refusalOf([written]), written).to.include(`Did you mean "${meant}"?`)
  })
})
