import { expect } from "chai"
import { renderConfirmFormPage } from "../../lib/pages/confirm-form.js"
import { readForm } from "../support/html-form.js"
import { toContext } from "./every-page.js"
import { parseHtml } from "./parse-html.js"

const page = {
  target: "/pay?a=1&b=2",
  fields: [
    ["to", "Bob"],
    ["to", "Eve & <b>"],
    ["password", "hunter22"],
  ],
  discard: "/auth/confirm-form/id",
} as const

const url = "https://app.example.com/auth/confirm-form/id"

describe("renderConfirmFormPage", () => {
  it("posts the fields as they are, and no others, when its button is pressed", () => {
    const body = renderConfirmFormPage(toContext(), page)
    const { action, method, fields } = readForm({ url, body }, { button: "Send" })
    expect([method, action]).to.deep.equal(["POST", "https://app.example.com/pay?a=1&b=2"])
    expect([...fields]).to.deep.equal(page.fields.map((field) => [...field]))
  })

  it("has a button that drops the form, with a CSRF token", () => {
    const body = renderConfirmFormPage(toContext(), page)
    const { action, method, fields } = readForm({ url, body }, { button: "Do not send" })
    expect([method, action]).to.deep.equal(["POST", url])
    expect([...fields]).to.deep.equal([["csrfToken", "the-token"]])
  })

  it("names the user, the target and the fields", () => {
    const { text } = parseHtml(renderConfirmFormPage(toContext(), { ...page, user: "Ada" }))
    expect(text).to.include("Send it now? to app.example.com/pay as Ada To Bob")
    expect(text).to.include("To Bob To Eve & <b> Password not shown here")
    expect(text).to.not.include("hunter22").and.not.include("and 0 more")
  })

  it("does without a name and without fields", () => {
    const { text } = parseHtml(renderConfirmFormPage(toContext(), { ...page, fields: [] }))
    expect(text).to.include("to app.example.com/pay Send Do not send")
  })

  it("says how many fields there are besides those it shows", () => {
    const fields = Array.from({ length: 23 }, (_, index) => [`f${index}`, "x"] as const)
    expect(parseHtml(renderConfirmFormPage(toContext(), { ...page, fields })).text).to.include("and 3 more")
  })
})
