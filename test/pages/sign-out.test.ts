import { expect } from "chai"
import { renderSignOutPage } from "../../lib/pages/sign-out.js"
import { callbackUrl, toContext } from "./every-page.js"
import { parseHtml } from "./parse-html.js"

function render(destination: string) {
  const { elements, text } = parseHtml(renderSignOutPage(toContext(), { callbackUrl: destination }))
  const values = (tag: string, name: string) =>
    elements.filter((element) => element.tag === tag).map(({ attributes }) => attributes.get(name))
  return { text, values }
}

describe("renderSignOutPage", () => {
  it("asks, and posts to the sign-out path", () => {
    const { text, values } = render(callbackUrl)
    expect(text).to.include("Sign out? You are about to sign out of app.example.com")
    expect(values("form", "action")).to.deep.equal(["/auth/signout"])
    expect(values("input", "value")).to.deep.equal(["the-token", callbackUrl])
  })

  it("redirects to the referring page, on this host only", () => {
    expect(render(callbackUrl).values("a", "href")).to.deep.equal([callbackUrl])
    expect(render("/home").values("a", "href")).to.deep.equal(["/home"])
    for (const url of ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]) {
      expect(render(url).values("a", "href")).to.deep.equal([])
    }
  })
})
