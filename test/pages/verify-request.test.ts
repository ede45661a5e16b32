import { expect } from "chai"
import { type RequestedMailView, renderVerifyRequestPage } from "../../lib/pages/verify-request.js"
import { toContext } from "./every-page.js"
import { parseHtml } from "./parse-html.js"

const mail: RequestedMailView = {
  ...{ email: "ada@example.com", provider: "nodemailer", callbackUrl: "https://app.example.com/a" },
  ...{ hasCode: true, isAnother: false, remember: false, wait: 0 },
}

describe("renderVerifyRequestPage", () => {
  it("says where the link is, and what to do without it", () => {
    const { text, elements } = parseHtml(renderVerifyRequestPage(toContext(), {}))
    expect(text).to.include("Check your email").and.include("spam").and.include("app.example.com")
    expect(elements.find(({ tag }) => tag === "a")?.attributes.get("href")).to.equal("/auth/signin")
  })

  it("asks for the code with the keyboard and the filling-in that phones have for it", () => {
    const { elements } = parseHtml(renderVerifyRequestPage(toContext(), { mail }))
    const input = elements.find(({ attributes }) => attributes.get("name") === "code")
    expect(input?.attributes.get("inputmode")).to.equal("numeric")
    expect(input?.attributes.get("autocomplete")).to.equal("one-time-code")
    const form = elements.find(({ tag }) => tag === "form")
    expect(form?.attributes.get("action")).to.equal("/auth/verify-request")
  })

  it("describes the field by what was wrong with it, and prints no unknown error", () => {
    const page = { mail, error: "CodeWrong" }
    const { elements, text } = parseHtml(renderVerifyRequestPage(toContext(), page))
    const input = elements.find(({ attributes }) => attributes.get("name") === "code")
    expect(input?.attributes.get("aria-describedby")).to.equal("message")
    expect(text).to.include("not the code")
    const unknown = parseHtml(renderVerifyRequestPage(toContext(), { error: "Hacked by Eve" }))
    expect(unknown.text).to.not.include("Eve")
  })

  it("puts the cursor in the field, and Enter presses its button rather than that of another mail", () => {
    const { elements } = parseHtml(renderVerifyRequestPage(toContext(), { mail }))
    const input = elements.find(({ attributes }) => attributes.get("name") === "code")
    expect(input?.attributes.has("autofocus")).to.equal(true)
    const [first, second] = elements.filter(({ tag }) => tag === "button")
    expect(first?.attributes.has("formaction")).to.equal(false)
    expect(second?.attributes.get("formaction")).to.equal("/auth/signin/nodemailer")
    expect(second?.attributes.has("formnovalidate")).to.equal(true)
  })

  it("leads to another address, and keeps the destination", () => {
    const { elements } = parseHtml(renderVerifyRequestPage(toContext(), { mail }))
    const links = elements.flatMap(({ tag, attributes }) => (tag === "a" ? [attributes.get("href")] : []))
    expect(links).to.deep.equal(["/auth/signin?callbackUrl=https%3A%2F%2Fapp.example.com%2Fa"])
  })

  it("says in words how long to wait for another mail, and loads a script only then", () => {
    const now = renderVerifyRequestPage(toContext(), { mail })
    const later = renderVerifyRequestPage(toContext(), { mail: { ...mail, isAnother: true, wait: 245 } })
    expect(now).to.not.include("<script")
    expect(later).to.include("/auth/assets/wait.js?v=")
    const { text, elements } = parseHtml(later)
    expect(text).to.include("We sent another email").and.include("in 5 minutes")
    const send = elements.find(({ attributes }) => attributes.has("formaction"))
    expect(send?.attributes.has("hidden")).to.equal(true)
  })

  it("has no field for a mail without a code, but can send it again", () => {
    const { elements } = parseHtml(
      renderVerifyRequestPage(toContext(), { mail: { ...mail, hasCode: false } }),
    )
    expect(elements.some(({ attributes }) => attributes.get("name") === "code")).to.equal(false)
    const form = elements.find(({ tag }) => tag === "form")
    expect(form?.attributes.get("action")).to.equal("/auth/signin/nodemailer")
  })
})
