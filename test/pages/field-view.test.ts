import { expect } from "chai"
import { toFieldView } from "../../lib/pages/field-view.js"
import type { PageField } from "../../lib/pages/page-provider.js"

function attributesOf(name: string, field: PageField) {
  return Object.fromEntries(toFieldView("credentials", name, field).attributes)
}

describe("toFieldView", () => {
  it("has the id that Auth.js gives it", () => {
    expect(toFieldView("credentials", "username", {}).id).to.equal("input-username-for-credentials-provider")
    expect(toFieldView("a b", "c d", {}).id).to.match(/^\S+$/)
  })

  it("is named by its label, or by its key", () => {
    expect(toFieldView("credentials", "username", { label: "Your name" }).label).to.equal("Your name")
    expect(toFieldView("credentials", "username", {}).label).to.equal("Username")
  })

  it("knows what a browser should fill in", () => {
    expect(attributesOf("username", {})).to.deep.equal({ autocomplete: "username" })
    expect(attributesOf("secret", { type: "password" })).to.deep.equal({ autocomplete: "current-password" })
    expect(attributesOf("password", { autocomplete: "off" })).to.deep.equal({ autocomplete: "off" })
  })

  it("is a text field unless it says otherwise, but hides a password", () => {
    expect(toFieldView("credentials", "city", {}).type).to.equal("text")
    expect(toFieldView("credentials", "password", {}).type).to.equal("password")
    expect(toFieldView("credentials", "code", { type: "TEL" }).type).to.equal("tel")
  })

  for (const type of ["submit", "image", "file", "button", "reset", "nonsense", '"><b>']) {
    it(`is never of type ${type}`, () => {
      expect(toFieldView("credentials", "city", { type }).type).to.equal("text")
    })
  }

  it("keeps the attributes of an input, once each", () => {
    const field = {
      required: true,
      minLength: 8,
      minlength: 9,
      pattern: "[0-9]+",
      readonly: false,
      inputmode: "numeric",
    }
    expect(attributesOf("pin", field)).to.deep.equal({
      required: "",
      minlength: "9",
      pattern: "[0-9]+",
      inputmode: "numeric",
    })
  })

  it("drops what could run, restyle, move focus, or break the form", () => {
    const field: Record<string, unknown> = {
      ...{ onfocus: "alert(1)", ONCLICK: "x", style: "x", class: "x", id: "x", name: "x", autofocus: true },
      ...{
        formaction: "//evil",
        form: "x",
        src: "x",
        list: "x",
        "aria-label": "x",
        "x onclick": "y",
        pattern: {},
      },
    }
    expect(attributesOf("pin", field)).to.deep.equal({})
  })
})
