import { expect } from "chai"
import { isOnHost, toPageLink, toSignInLink } from "../../lib/pages/page-link.js"

describe("toPageLink", () => {
  for (const url of ["https://github.com/login?a=1", "http://127.0.0.1:4000/", "/auth/signin", "?a=1"]) {
    it(`keeps ${url}`, () => {
      expect(toPageLink(url, "/fallback")).to.equal(url)
    })
  }

  for (const url of [
    "javascript:alert(1)",
    " java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "http://[",
  ]) {
    it(`S7 replaces ${JSON.stringify(url)}`, () => {
      expect(toPageLink(url, "/fallback")).to.equal("/fallback")
    })
  }
})

describe("isOnHost", () => {
  for (const url of ["/", "/a?b=//c", "https://app.example.com/a", "http://app.example.com/"]) {
    it(`is true for ${url}`, () => {
      expect(isOnHost(url, "app.example.com")).to.equal(true)
    })
  }

  const foreign = ["//evil.example", "/\\evil.example", "https:evil.example", "https://app.example.com:8443/"]
  for (const url of [
    ...foreign,
    "https://app.example.com@evil.example/",
    "javascript:alert(1)",
    "\t//evil.example",
  ]) {
    it(`S7 is false for ${JSON.stringify(url)}`, () => {
      expect(isOnHost(url, "app.example.com")).to.equal(false)
    })
  }
})

describe("toSignInLink", () => {
  it("carries the destination as one parameter", () => {
    expect(toSignInLink("/auth")).to.equal("/auth/signin")
    expect(toSignInLink("/auth", "/a?b=1&c=2")).to.equal("/auth/signin?callbackUrl=%2Fa%3Fb%3D1%26c%3D2")
  })
})
