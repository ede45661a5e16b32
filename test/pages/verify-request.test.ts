import { expect } from "chai"
import { renderVerifyRequestPage } from "../../lib/pages/verify-request.js"
import { toContext } from "./every-page.js"
import { parseHtml } from "./parse-html.js"

describe("renderVerifyRequestPage", () => {
  it("says where the link is, and what to do without it", () => {
    const { text, elements } = parseHtml(renderVerifyRequestPage(toContext(), {}))
    expect(text).to.include("Check your email").and.include("spam").and.include("app.example.com")
    expect(elements.find(({ tag }) => tag === "a")?.attributes.get("href")).to.equal("/auth/signin")
  })

  it("asks for the code with the keyboard and the filling-in that phones have for it", () => {
    const { elements } = parseHtml(renderVerifyRequestPage(toContext(), { email: "ada@example.com" }))
    const input = elements.find(({ attributes }) => attributes.get("name") === "code")
    expect(input?.attributes.get("inputmode")).to.equal("numeric")
    expect(input?.attributes.get("autocomplete")).to.equal("one-time-code")
    const form = elements.find(({ tag }) => tag === "form")
    expect(form?.attributes.get("action")).to.equal("/auth/verify-request")
  })

  it("describes the field by what was wrong with it, and prints no unknown error", () => {
    const page = { email: "ada@example.com", error: "CodeWrong" }
    const { elements, text } = parseHtml(renderVerifyRequestPage(toContext(), page))
    const input = elements.find(({ attributes }) => attributes.get("name") === "code")
    expect(input?.attributes.get("aria-describedby")).to.equal("message")
    expect(text).to.include("not the code")
    const unknown = parseHtml(renderVerifyRequestPage(toContext(), { error: "Hacked by Eve" }))
    expect(unknown.text).to.not.include("Eve")
  })
})
