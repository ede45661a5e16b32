import { expect } from "chai"
import type { PageProvider } from "../../lib/pages/page-provider.js"
import { renderSignInPage } from "../../lib/pages/sign-in.js"
import type { SignInInput } from "../../lib/pages/sign-in-input.js"
import { callbackUrl, providers, toContext } from "./every-page.js"
import { parseHtml } from "./parse-html.js"

function render(page: Partial<SignInInput> = {}) {
  const html = renderSignInPage(toContext(), { providers, callbackUrl, showsAll: true, ...page })
  const { elements, text } = parseHtml(html)
  const all = (tag: string, name: string) =>
    elements.filter((element) => element.tag === tag).map(({ attributes }) => attributes.get(name))
  const input = (name: string) => elements.filter(({ attributes }) => attributes.get("name") === name)
  return { html, elements, text, all, input }
}

describe("renderSignInPage", () => {
  it("posts each provider's form to its own path: buttons, then email, then credentials", () => {
    expect(render().all("form", "action")).to.deep.equal([
      "/auth/signin/github",
      "/auth/signin/google",
      "/auth/signin/acme",
      "/auth/signin/local",
      "/auth/callback/passkey",
      "/auth/signin/nodemailer",
      "/auth/callback/credentials",
      "/auth/callback/ldap",
    ])
  })

  it("keeps a provider's id one segment of the path", () => {
    const provider: PageProvider = { id: "../signout?x", name: "X", type: "oidc" }
    expect(render({ providers: [provider] }).all("form", "action")).to.deep.equal([
      "/auth/signin/..%2Fsignout%3Fx",
    ])
  })

  it("names the host, the providers, and an email as an email", () => {
    const { text } = render()
    expect(text).to.include("to continue to app.example.com")
    expect(text).to.include("Continue with GitHub").and.include("Continue with email")
    expect(text).not.to.include("Nodemailer")
  })

  it("names the providers where several send email", () => {
    const mailers = ["Resend", "Postmark"].map((name): PageProvider => ({ id: name, name, type: "email" }))
    const { text, all } = render({ providers: mailers })
    expect(text).to.include("Continue with Resend").and.include("Continue with Postmark")
    expect(all("form", "aria-label")).to.deep.equal(["Resend", "Postmark"])
  })

  it("fills in the email that it is given", () => {
    const [email] = render({ email: "ada@example.com" }).input("email")
    expect(email?.attributes.get("value")).to.equal("ada@example.com")
    expect(render().input("email")[0]?.attributes.has("value")).to.equal(false)
  })

  it("carries the destination and the token unchanged", () => {
    const { input } = render({ providers: providers.slice(0, 1) })
    expect(input("callbackUrl")[0]?.attributes.get("value")).to.equal(callbackUrl)
    expect(input("csrfToken")[0]?.attributes.get("value")).to.equal("the-token")
  })

  it("hides the passkey form until a script shows it, and loads that script only then", () => {
    const { elements, all } = render()
    const passkey = elements.find(({ attributes }) => attributes.has("data-passkey"))
    expect(passkey?.tag).to.equal("form")
    expect(passkey?.attributes.has("hidden")).to.equal(true)
    expect(all("script", "src")[0]).to.match(/^\/auth\/assets\/passkey\.js\?v=[\w-]{10}$/)
    expect(render({ provider: "github" }).all("script", "src")).to.deep.equal([])
  })

  it("sets no autofocus", () => {
    expect(render().html).not.to.include("autofocus")
  })

  it("reports that there is no provider", () => {
    expect(render({ providers: [] }).text).to.include("No way to sign in has been set up here yet.")
  })

  it("puts a provider's local logo before its name", () => {
    expect(render().all("img", "src")).to.deep.equal(["/local.svg"])
  })
})

describe("renderSignInPage for one provider", () => {
  it("shows that provider alone, and a way to the others", () => {
    const { text, all } = render({ provider: "github" })
    expect(text).to.include("Continue with GitHub to sign in to app.example.com Continue to GitHub")
    expect(all("form", "action")).to.deep.equal(["/auth/signin/github"])
    expect(all("a", "href")).to.deep.equal([`/auth/signin?${new URLSearchParams({ callbackUrl })}`])
  })

  it("offers no other method when there is none", () => {
    expect(render({ provider: "github", providers: providers.slice(0, 1) }).all("a", "href")).to.deep.equal(
      [],
    )
  })

  it("shows all for an unknown provider, without naming it", () => {
    const { html, all } = render({ provider: "unknown" })
    expect(all("form", "action")).to.have.lengthOf(providers.length)
    expect(html).not.to.include("unknown")
  })
})

describe("renderSignInPage after an error", () => {
  const known = [
    ..."CredentialsSignin OAuthAccountNotLinked AccountNotLinked OAuthCallbackError EmailSignin SessionRequired".split(
      " ",
    ),
    ..."AccessDenied Verification MissingCSRF WebAuthnVerificationError OAuthSignin OAuthSignInError Signin".split(
      " ",
    ),
    ..."OAuthCallback OAuthCreateAccount EmailCreateAccount Callback EmailSignInError".split(" "),
  ]
  for (const error of known) {
    it(`explains ${error} without naming it`, () => {
      const { html, elements } = render({ error })
      expect(elements.filter(({ attributes }) => attributes.get("id") === "message")).to.have.lengthOf(1)
      expect(html).not.to.match(new RegExp(`\\b${error}\\b`))
    })
  }

  it("S9 explains an unknown code in general and never shows it, nor a code beside it", () => {
    for (const error of ["Call 555-0100 now", "toString", "__proto__"]) {
      const { html, text } = render({ error, code: "or-555-0199" })
      expect(text).to.include("That did not work. Try again")
      expect(html).not.to.include(error).and.not.to.include("or-555")
    }
  })

  it("shows no message for a code without an error", () => {
    const { elements, html } = render({ code: "access_denied" })
    expect(elements.some(({ attributes }) => attributes.has("role"))).to.equal(false)
    expect(html).to.include("<title>Sign in ·")
  })

  it("has role=alert for an error, and role=status after a cancellation or a request to sign in", () => {
    expect(render({ error: "AccessDenied" }).html)
      .to.include('role="alert"')
      .and.include("<title>Error: Sign in ·")
    for (const page of [
      { error: "SessionRequired" },
      { error: "OAuthCallbackError", code: "access_denied" },
    ]) {
      expect(render(page).html).to.include('role="status"').and.include("<title>Sign in ·")
    }
  })

  it("names the provider at which the user cancelled", () => {
    const cancelled = { error: "OAuthCallbackError", code: "access_denied" }
    expect(render({ ...cancelled, provider: "github" }).text).to.include("You cancelled at GitHub.")
    expect(render(cancelled).text).to.include("You cancelled. Try again")
    expect(render({ error: "AccessDenied", code: "access_denied" }).text).not.to.include("cancelled")
  })

  it("ties the message to the fields that it is about", () => {
    const faulty = (error: string) =>
      render({ error })
        .elements.filter(({ attributes }) => attributes.get("aria-describedby") === "message")
        .map(({ attributes }) => attributes.get("name"))
    expect(faulty("EmailSignin")).to.deep.equal(["email"])
    expect(faulty("CredentialsSignin")).to.include.members(["username", "password"]).and.not.include("email")
    expect(faulty("AccessDenied")).to.deep.equal([])
  })
})

describe("renderSignInPage with several forms", () => {
  const actions = (page: Partial<SignInInput>) =>
    render({ showsAll: false, ...page })
      .all("form", "action")
      .filter((action) => /nodemailer|credentials|ldap|password/.test(action ?? ""))
  const forAddress: PageProvider[] = [
    { id: "nodemailer", name: "Nodemailer", type: "email" },
    { id: "password", name: "Credentials", type: "credentials", fields: { email: {}, password: {} } },
  ]

  it("shows one, and a link to the others that keeps destination and hints", () => {
    const { elements } = render({ showsAll: false, hints: { login_hint: "ada" } })
    expect(actions({})).to.deep.equal(["/auth/signin/nodemailer"])
    const link = elements.find(({ tag }) => tag === "a")?.attributes.get("href") ?? ""
    const { pathname, searchParams } = new URL(link, "https://app.example.com")
    expect(pathname).to.equal("/auth/signin")
    expect(Object.fromEntries(searchParams)).to.deep.equal({
      ...{ callbackUrl, login_hint: "ada", methods: "all" },
    })
    expect(render({ showsAll: true }).text).to.not.include("Use another method")
  })

  it("shows that which was sent last, which the message is about, or which was used last", () => {
    const typed = { provider: "ldap", values: { username: "ada" } }
    expect(actions({ typed, error: "CredentialsSignin" })).to.deep.equal(["/auth/callback/ldap"])
    expect(actions({ error: "CredentialsSignin" })).to.deep.equal(["/auth/callback/credentials"])
    expect(actions({ lastUsed: "ldap" })).to.deep.equal(["/auth/callback/ldap"])
    expect(actions({ lastUsed: "github" })).to.deep.equal(["/auth/signin/nodemailer"])
  })

  it("still asks for a fresh sign-in behind the link", () => {
    const { elements } = render({ showsAll: false, error: "SessionRequired", code: "reauthenticate" })
    const link = elements.find(({ tag }) => tag === "a")?.attributes.get("href") ?? ""
    expect(new URL(link, "https://app.example.com").searchParams.get("code")).to.equal("reauthenticate")
  })

  it("asks once for the address of a mail and a password", () => {
    const { all, input, text } = render({ providers: forAddress, showsAll: false })
    expect(all("form", "action")).to.deep.equal(["/auth/callback/password"])
    expect(all("button", "formaction")).to.deep.equal([undefined, "/auth/signin/nodemailer"])
    expect(input("email")).to.have.lengthOf(1)
    expect(input("email")[0]?.attributes.get("type")).to.equal("email")
    expect(text).to.include("Continue with email").and.not.include("Use another method")
  })

  it("keeps the address typed into either, and marks no password when a mail failed", () => {
    const typed = { provider: "nodemailer", values: { email: "ada@example.com" } }
    const { input } = render({ providers: forAddress, showsAll: false, error: "EmailSignin", typed })
    expect(input("email")[0]?.attributes.get("value")).to.equal("ada@example.com")
    expect(input("email")[0]?.attributes.get("aria-invalid")).to.equal("true")
    expect(input("password")[0]?.attributes.has("aria-invalid")).to.equal(false)
  })

  it("puts the cursor into the first empty field, but not below many buttons", () => {
    const focused = (page: Partial<SignInInput>) =>
      render({ showsAll: false, ...page })
        .elements.filter(({ attributes }) => attributes.has("autofocus"))
        .map(({ attributes }) => attributes.get("name"))
    expect(focused({ providers: forAddress })).to.deep.equal(["email"])
    const typed = { provider: "password", values: { email: "ada@example.com" } }
    expect(focused({ providers: forAddress, error: "CredentialsSignin", typed })).to.deep.equal(["password"])
    expect(focused({})).to.deep.equal([])
  })

  it("loads the script that shows passwords where there is one", () => {
    expect(render({ providers: forAddress }).html)
      .to.include("/assets/reveal.js?v=")
      .and.include("data-reveal=")
    expect(render({ providers: forAddress.slice(0, 1) }).html).to.not.include("reveal")
  })
})
