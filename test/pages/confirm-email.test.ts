import { expect } from "chai"
import { renderConfirmEmailPage } from "../../lib/pages/confirm-email.js"
import { readForm } from "../support/html-form.js"
import { toContext } from "./every-page.js"
import { parseHtml } from "./parse-html.js"

const page = { provider: "nodemailer", callbackUrl: "/after", token: "the-link" }

describe("renderConfirmEmailPage", () => {
  it("posts the parameters of the link, with a CSRF token, when its one button is pressed", () => {
    const body = renderConfirmEmailPage(toContext(), { ...page, email: "ada@example.com" })
    const { action, method, fields } = readForm({
      url: "https://app.example.com/auth/callback/nodemailer",
      body,
    })
    expect([method, action]).to.deep.equal(["POST", "https://app.example.com/auth/callback/nodemailer"])
    expect(Object.fromEntries(fields)).to.deep.equal({
      ...{ csrfToken: "the-token", callbackUrl: "/after", token: "the-link", email: "ada@example.com" },
    })
  })

  it("names the user and the app", () => {
    const { text } = parseHtml(renderConfirmEmailPage(toContext(), { ...page, email: "ada@example.com" }))
    expect(text).to.include("to app.example.com as ada@example.com")
  })

  it("does without the address where the link has none", () => {
    const body = renderConfirmEmailPage(toContext(), page)
    expect(parseHtml(body).text).to.not.include(" as ")
    expect(readForm({ url: "https://app.example.com/", body }).fields.has("email")).to.equal(false)
  })
})
