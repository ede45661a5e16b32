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
})
