import { expect } from "chai"
import { pageHeaders } from "../../lib/pages/page-headers.js"

function policyOf(logo?: string): Map<string, string> {
  const policy = pageHeaders(logo === undefined ? {} : { logo })["content-security-policy"] ?? ""
  return new Map(policy.split("; ").map((directive) => [directive.split(" ")[0] ?? "", directive]))
}

describe("pageHeaders", () => {
  it("S20 forbids framing, sniffing and caching", () => {
    expect(pageHeaders({})).to.deep.include({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    })
    expect(policyOf().get("frame-ancestors")).to.equal("frame-ancestors 'none'")
  })

  it("S20 allows our own styles, scripts and forms, and nothing else", () => {
    expect([...policyOf().values()]).to.have.members([
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self'",
      "form-action 'self'",
      "script-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
  })

  it("adds the origin of a remote logo to img-src alone", () => {
    const policy = policyOf("https://cdn.example/logo.svg?x=1")
    expect(policy.get("img-src")).to.equal("img-src 'self' https://cdn.example")
    expect([...policy.values()].filter((directive) => directive.includes("cdn.example"))).to.have.lengthOf(1)
  })

  it("takes no directive from a logo", () => {
    for (const logo of ["https://a;script-src/x", "https://*/x", "https://a b/x", "/x; script-src *"]) {
      expect(policyOf(logo)).to.deep.equal(policyOf())
    }
  })

  it("is computed once per theme, and is frozen", () => {
    const theme = { logo: "/logo.svg" }
    expect(pageHeaders(theme)).to.equal(pageHeaders(theme)).and.to.satisfy(Object.isFrozen)
  })
})
