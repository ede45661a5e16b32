import { expect } from "chai"
import type { Request } from "express"
import { splitPath, stripWildcard, trimSlash } from "../../lib/http/split-path.js"
import { processorTime } from "../support/processor-time.js"

function split(baseUrl: string, path: string, params: Record<string, unknown> = {}, route?: string) {
  const { mount, tail } = splitPath({
    baseUrl,
    path,
    params,
    route: route && { path: route },
  } as unknown as Request)
  return [mount, tail]
}

describe("splitPath", () => {
  it("splits after baseUrl", () => {
    expect(split("/auth", "/signin/github")).to.deep.equal(["/auth", "/signin/github"])
    expect(split("/auth", "/")).to.deep.equal(["/auth", ""])
    expect(split("/t/acme/auth", "/signin/", { tenant: "acme" })).to.deep.equal(["/t/acme/auth", "/signin"])
  })

  it("splits before what a wildcard took, in both Express's ways", () => {
    expect(split("/auth/signin/github", "/", { 0: "signin/github" })).to.deep.equal([
      "/auth",
      "/signin/github",
    ])
    expect(split("", "/auth/signin", { 0: "signin" })).to.deep.equal(["/auth", "/signin"])
    expect(split("", "/auth/signin/github", { splat: ["signin", "github"] })).to.deep.equal([
      "/auth",
      "/signin/github",
    ])
    expect(split("", "/auth/", { 0: "" })).to.deep.equal(["/auth", ""])
    expect(split("", "/auth/signin/", { 0: "signin/" })).to.deep.equal(["/auth", "/signin"])
  })

  it("supports a bare wildcard, which matches the first slash too", () => {
    expect(split("/auth/signin/github", "/", { 0: "/signin/github" })).to.deep.equal([
      "/auth",
      "/signin/github",
    ])
    expect(split("/auth/signin", "/", { 0: "/signin/" })).to.deep.equal(["/auth", "/signin"])
    expect(split("/auth//signin", "/", { 0: "//signin" })).to.deep.equal(["/auth", "//signin"])
    expect(split("/a/signin", "/", { 0: "/a/signin" })).to.deep.equal(["", "/a/signin"])
  })

  it("finds the wildcard's part in the raw path, though Express decoded it", () => {
    expect(split("", "/auth/a%2Fb%20c", { 0: "a/b c" })).to.deep.equal(["/auth", "/a%2Fb%20c"])
    expect(split("", "/auth/signin%2F", { 0: "signin/" })).to.deep.equal(["/auth", "/signin%2F"])
    expect(split("", "/auth/x/%E4%BD%A0", { splat: ["x", "你"] })).to.deep.equal(["/auth", "/x/%E4%BD%A0"])
    expect(split("", "/auth//signin", { 0: "/signin" })).to.deep.equal(["/auth", "//signin"])
  })

  it("knows a route whose optional wildcard took nothing", () => {
    expect(split("", "/auth", {}, "/auth/{*splat}")).to.deep.equal(["/auth", ""])
    expect(split("", "/elsewhere", {}, "/auth/{*splat}")).to.deep.equal(["", "/elsewhere"])
  })

  it("is not led astray by what a regular expression captured", () => {
    expect(split("/auth", "/signin", { 0: "auth" })).to.deep.equal(["/auth", "/signin"])
  })

  it("takes no part of a segment for a wildcard's match", () => {
    expect(split("", "/auth//signin", { 0: "xsignin" })).to.deep.equal(["", "/auth//signin"])
  })

  it("has no mount where there is no path", () => {
    expect(split("", "/auth/signin")).to.deep.equal(["", "/auth/signin"])
  })

  it("takes a path of slashes and percent signs in its stride", async () => {
    const slashes = "/".repeat(16_000)
    const codes = "/%41".repeat(4_000)
    const splitAll = () => {
      split("/auth", `${slashes}x`)
      split("", `/auth${slashes}x%41`, { 0: `${slashes.slice(1)}xA` })
      split("", `/auth${codes}x`, { 0: `${"A/".repeat(4_000)}y` })
    }
    expect(await processorTime(splitAll)).to.be.below(100)
  })
})

describe("stripWildcard", () => {
  it("takes a wildcard at the end away", () => {
    for (const path of ["/auth/*", "/auth/*splat", "/auth/{*splat}", "/auth"])
      expect(stripWildcard(path)).to.equal("/auth")
    expect(stripWildcard("/a*b/auth")).to.equal("/a*b/auth")
  })
})

describe("trimSlash", () => {
  it("takes all slashes from the end", () => {
    expect(["/", "//", "", "/a/", "/a//b//"].map(trimSlash)).to.deep.equal(["", "", "", "/a", "/a//b"])
  })
})
