import { expect } from "chai"
import type { PageProvider } from "../../lib/pages/page-provider.js"
import { renderSignInPage } from "../../lib/pages/sign-in.js"
import { callbackUrl, toContext } from "./every-page.js"
import { parseHtml } from "./parse-html.js"

const email = { email: { label: "Email", required: true, autocomplete: "username webauthn" } }
const passkey: PageProvider = {
  id: "passkey",
  name: "Passkey",
  type: "webauthn",
  fields: email,
  autofill: true,
}
const mail: PageProvider = { id: "nodemailer", name: "Nodemailer", type: "email" }
const credentials: PageProvider = {
  ...{ id: "credentials", name: "Credentials", type: "credentials" },
  fields: { username: {}, password: {} },
}

function render(providers: PageProvider[], provider?: string) {
  const page = { providers, callbackUrl, ...(provider && { provider }) }
  const { elements } = parseHtml(renderSignInPage(toContext(), page))
  const values = (name: string) => elements.flatMap(({ attributes }) => attributes.get(name) ?? [])
  return { passkeys: values("data-passkey"), autocomplete: values("autocomplete"), values }
}

describe("the passkey forms of the sign-in page", () => {
  it("sign in, and sign up where no mail can be sent", () => {
    const { passkeys, autocomplete } = render([passkey])
    expect(passkeys).to.deep.equal(["authenticate", "register"])
    expect(autocomplete, "no passkey is offered to who has none").to.deep.equal(["username"])
  })

  it("only sign in where the address can be proven by mail, on a page of their own too", () => {
    expect(render([passkey, mail]).passkeys).to.deep.equal(["authenticate"])
    expect(render([passkey, mail], "passkey").passkeys).to.deep.equal(["authenticate"])
  })

  it("only sign in where the provider asks for nothing", () => {
    expect(render([{ ...passkey, fields: {} }]).passkeys).to.deep.equal(["authenticate"])
  })

  it("are offered in the list of the email field, or of the user name", () => {
    expect(render([passkey, mail]).autocomplete).to.deep.equal(["username webauthn"])
    const two = render([passkey, credentials])
    expect(two.autocomplete).to.deep.equal(["username webauthn", "current-password", "username"])
    expect(two.values("data-passkey-autofill")).to.have.lengthOf(1)
  })

  it("are not where the provider says so, or another provider has the page", () => {
    expect(render([{ ...passkey, autofill: false }, mail]).autocomplete).to.deep.equal(["email"])
    expect(render([passkey, mail], "nodemailer").autocomplete).to.deep.equal(["email"])
  })
})
