import { expect } from "chai"
import type { Page } from "playwright-core"
import { ada, button, expectHeading, passkeyVisit, signOut } from "../support/passkey-visit.js"

/** Calls the module in the page. */
const call = (page: Page, expression: string) =>
  page.evaluate(`import("/auth/assets/client.js").then((auth) => ${expression})`)

const signUp = (page: Page) =>
  call(page, `void auth.registerPasskey({ email: "${ada}", redirectTo: "/account" })`)

describe("passkeys by the browser module", () => {
  passkeyVisit("sign up, sign out and in again, and add another", { passkey: button }, async (visit) => {
    const { page, open, changeDevice } = visit
    await open("/")
    await signUp(page)
    await expectHeading(page, `Hello ${ada}`)
    expect(await call(page, "auth.registerPasskey({ redirect: false })")).to.include({
      ok: false,
      error: "InvalidStateError",
    })
    await signOut(page)
    expect(await call(page, "auth.signInWithPasskey({ redirect: false })")).to.include({ ok: true })
    expect(await call(page, "auth.getSession().then(({ user }) => user.email)")).to.equal(ada)
    await changeDevice()
    await call(page, `void auth.registerPasskey({ redirectTo: "/account" })`)
    await page.getByText("Passkeys: 2").waitFor()
  })

  passkeyVisit("are offered in a field's suggestions", { passkey: button }, async ({ page, open }) => {
    await open("/")
    await signUp(page)
    await expectHeading(page, `Hello ${ada}`)
    await signOut(page)
    await page.evaluate(`{
      const input = document.createElement("input")
      input.autocomplete = "username webauthn"
      document.body.append(input)
    }`)
    await call(page, `void auth.signInWithPasskey({ autofill: true, redirectTo: "/account" })`)
    await expectHeading(page, `Hello ${ada}`)
  })

  passkeyVisit(
    "report a user who cancels without an error, and work at the next try",
    { passkey: button },
    async (visit) => {
      const { page, open, cdp, authenticatorId } = visit
      await open("/")
      await signUp(page)
      await expectHeading(page, `Hello ${ada}`)
      await signOut(page)
      await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false })
      const cancelled = { ok: false, status: 0, url: null, error: "cancelled" }
      expect(await call(page, "auth.signInWithPasskey()")).to.deep.equal(cancelled)
      await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true })
      await call(page, `void auth.signInWithPasskey({ redirectTo: "/account" })`)
      await expectHeading(page, `Hello ${ada}`)
    },
  )

  passkeyVisit(
    "report an old browser, and a visitor who may not register",
    { mails: true, passkey: button },
    async (visit) => {
      const { page, open } = visit
      await open("/")
      expect(await call(page, `auth.registerPasskey({ email: "${ada}" })`)).to.include({
        ok: false,
        status: 403,
        error: "ERR_AUTH_PASSKEY",
      })
      await page.evaluate("delete PublicKeyCredential.parseRequestOptionsFromJSON")
      expect(await call(page, "auth.signInWithPasskey()")).to.include({ ok: false, error: "unsupported" })
    },
    ["403"],
  )
})
