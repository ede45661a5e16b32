import { expect } from "chai"
import { resolveTheme } from "../../lib/pages/resolve-theme.js"

describe("resolveTheme", () => {
  it("is computed once per theme", () => {
    const theme = Object.freeze({ brandColor: "#123" })
    expect(resolveTheme(theme)).to.equal(resolveTheme(theme))
    expect(resolveTheme({ brandColor: "#123" })).not.to.equal(resolveTheme(theme))
  })

  it("knows three colour schemes", () => {
    expect(resolveTheme({}).colorScheme).to.equal("auto")
    expect(resolveTheme({ colorScheme: "dark" })).to.include({
      colorScheme: "dark",
      supportedSchemes: "dark",
    })
    expect(resolveTheme(JSON.parse('{"colorScheme":"sepia"}')).colorScheme).to.equal("auto")
  })

  for (const logo of ["/logo.svg", "/a/b.png?v=1", "images/logo.png", "./logo.png", "../logo.png"]) {
    it(`keeps the local logo ${logo}`, () => {
      expect(resolveTheme({ logo })).to.include({ logo, logoOrigin: undefined })
    })
  }

  it("keeps an https logo and its origin", () => {
    const theme = resolveTheme({ logo: "https://cdn.example:8443/logo.svg?a=1" })
    expect(theme).to.include({
      logo: "https://cdn.example:8443/logo.svg?a=1",
      logoOrigin: "https://cdn.example:8443",
    })
  })

  const refused = [
    ..."http://cdn.example/x.png //cdn.example/x.png /\\cdn.example/x.png \\\\cdn.example javascript:alert(1)".split(
      " ",
    ),
    ..."data:image/png;base64,AA https:cdn.example/x https://u:p@cdn.example/x https://*.example/x".split(
      " ",
    ),
    ..."https://a;script-src/x https://a'b/x blob:https://a/b https://".split(" "),
    "",
    "\t//cdn.example",
  ]
  for (const logo of refused) {
    it(`ignores the logo ${JSON.stringify(logo)}`, () => {
      expect(resolveTheme({ logo })).to.include({ logo: undefined, logoOrigin: undefined })
    })
  }
})
