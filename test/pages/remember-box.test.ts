import { expect } from "chai"
import { renderConfirmEmailPage } from "../../lib/pages/confirm-email.js"
import { renderSignInPage } from "../../lib/pages/sign-in.js"
import type { SignInInput } from "../../lib/pages/sign-in-input.js"
import { callbackUrl, providers, toContext } from "./every-page.js"
import { parseHtml } from "./parse-html.js"

function render(page: Partial<SignInInput>) {
  const { elements } = parseHtml(
    renderSignInPage(toContext(), { providers, callbackUrl, showsAll: true, ...page }),
  )
  const boxes = elements.filter(
    ({ tag, attributes }) => tag === "input" && attributes.get("name") === "remember",
  )
  return { elements, boxes }
}

const github = providers.slice(0, 1)
const withoutOwn = providers.filter(({ id }) => id !== "credentials")

describe("the box for staying signed in", () => {
  it("is on no page that does not ask", () => {
    expect(render({ providers: withoutOwn }).boxes).to.deep.equal([])
    const page = { provider: "nodemailer", callbackUrl, token: "t" }
    expect(renderConfirmEmailPage(toContext(), page)).to.not.include("remember")
  })

  it("serves all buttons and the first fields, with an address for each, and other forms have their own", () => {
    const { elements, boxes } = render({ providers: withoutOwn, remember: false })
    const form = elements.find(({ attributes }) => attributes.get("id") === "providers")
    expect(form?.tag).to.equal("form")
    expect(boxes.filter(({ attributes }) => attributes.get("form") === "providers")).to.have.lengthOf(1)
    const buttons = elements.filter(({ attributes }) => attributes.has("formaction"))
    expect(buttons.map(({ attributes }) => attributes.get("formaction"))).to.deep.equal([
      "/auth/signin/nodemailer",
      "/auth/signin/github",
      "/auth/signin/google",
      "/auth/signin/acme",
      "/auth/signin/local",
      "/auth/signin/nodemailer",
    ])
    // The buttons with the mail, and the directory; a passkey takes any.
    expect(boxes).to.have.lengthOf(2)
    expect(render({ providers: withoutOwn, remember: false, showsAll: false }).boxes).to.have.lengthOf(1)
    const passkeyAndMail = providers.filter(({ id }) => id === "passkey" || id === "nodemailer")
    expect(render({ providers: passkeyAndMail, remember: false }).boxes).to.have.lengthOf(1)
  })

  it("has a name of its own in every form", () => {
    const { elements, boxes } = render({ remember: false })
    const ids = boxes.map(({ attributes }) => attributes.get("id"))
    expect(new Set(ids).size).to.equal(ids.length)
    const labels = elements
      .filter(({ tag }) => tag === "label")
      .map(({ attributes }) => attributes.get("for"))
    expect(labels).to.include.members(ids)
  })

  it("leaves a field remember of the app's own alone", () => {
    const { boxes } = render({
      providers: providers.filter(({ id }) => id === "credentials"),
      remember: true,
    })
    expect(boxes).to.have.lengthOf(1)
    expect(boxes[0]?.attributes.has("checked")).to.equal(false)
  })

  it("is ticked by default, or as in the last attempt", () => {
    const isTicked = (page: Partial<SignInInput>) =>
      render({ providers: github, ...page }).boxes[0]?.attributes.has("checked")
    const typed = { provider: "github", values: {} }
    expect(isTicked({ remember: false })).to.equal(false)
    expect(isTicked({ remember: true })).to.equal(true)
    expect(isTicked({ remember: false, typed: { ...typed, remembered: true } })).to.equal(true)
    expect(isTicked({ remember: true, typed: { ...typed, remembered: false } })).to.equal(false)
  })

  it("never stands for what is wrong with the other fields", () => {
    const { boxes } = render({ providers: withoutOwn, remember: false, error: "EmailSignin" })
    for (const { attributes } of boxes) expect(attributes.has("aria-invalid")).to.equal(false)
  })

  it("starts no sign-in when Enter is pressed on it", () => {
    const { elements } = render({ providers: github, remember: false })
    const [first] = elements.filter(({ tag, path }) => tag === "button" && path.includes("form"))
    expect(first?.attributes.get("formmethod")).to.equal("dialog")
  })
})
