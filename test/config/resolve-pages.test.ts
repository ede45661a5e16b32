import { expect } from "chai"
import type { ExpressAuthConfig } from "../../lib/config/options.js"
import { resolvePages } from "../../lib/config/resolve-pages.js"
import { configErrorOf } from "../support/config-error.js"

describe("resolvePages", () => {
  it("keeps paths and absolute URLs, percent-encoded once", () => {
    expect(
      resolvePages({ signIn: "/login?a=b c", error: "/f%C3%BCr", newUser: "https://example.com/é" }),
    ).to.deep.equal({
      signIn: "/login?a=b%20c",
      error: "/f%C3%BCr",
      newUser: "https://example.com/%C3%A9",
    })
  })

  it("leaves out what is undefined", () => {
    expect(resolvePages()).to.deep.equal({})
    expect(
      resolvePages({ signIn: undefined } as unknown as NonNullable<ExpressAuthConfig["pages"]>),
    ).to.deep.equal({})
  })

  it("refuses what would lead elsewhere, or nowhere", () => {
    for (const page of [
      "login",
      "",
      "//evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
      "https://",
      7,
      null,
    ])
      expect(
        configErrorOf(() => resolvePages({ signIn: page as string })),
        String(page),
      ).to.match(/^ERR_AUTH_INVALID_OPTION: pages\.signIn is .*"\/login"/)
  })
})
