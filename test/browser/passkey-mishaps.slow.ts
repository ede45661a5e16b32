import { expect } from "chai"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility } from "../support/chromium.js"
import { listen } from "../support/listen.js"
import { createPasskeyApp } from "../support/passkey-app.js"
import {
  ada,
  button,
  expectHeading,
  signOut,
  signUp,
  passkeyVisit as visit,
} from "../support/passkey-visit.js"

describe("passkeys that do not work, in a browser", () => {
  visit(
    "says that the user cancelled, and works at the next try",
    { passkey: button },
    async ({ page, open, cdp, authenticatorId }) => {
      await open("/account")
      await signUp(page)
      await expectHeading(page, `Hello ${ada}`)
      await signOut(page)
      await open("/account")
      await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false })
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await page.getByRole("alert").getByText("No passkey was used.").waitFor()
      expect(await checkAccessibility(page)).to.deep.equal([])
      await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true })
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await expectHeading(page, `Hello ${ada}`)
    },
  )

  visit(
    "says that it took too long",
    { passkey: { ...button, authenticationOptions: { timeout: 1500 } } },
    async ({ page, open, cdp, authenticatorId }) => {
      await open("/auth/signin")
      await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: false })
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await page.getByRole("alert").getByText("That took too long.").waitFor()
    },
  )

  visit(
    "says that a passkey was removed here, beside the other ways to sign in",
    { passkey: button },
    async ({ page, open, adapter }) => {
      await open("/account")
      await signUp(page)
      await expectHeading(page, `Hello ${ada}`)
      await signOut(page)
      adapter.rows.authenticators.clear()
      await open("/account")
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await page.getByRole("alert").getByText("not registered here any more").waitFor()
      expect(new URL(page.url()).searchParams.get("callbackUrl")).to.match(/\/account$/)
    },
  )

  visit(
    "says that an address has an account already, or is none",
    { passkey: button },
    async ({ page, open, adapter }) => {
      await adapter.createUser({ id: "ada", email: ada, emailVerified: null })
      await open("/account")
      await signUp(page)
      await page.getByRole("alert").getByText("There is an account with this address already.").waitFor()
      await signUp(page, "ada@@example.com")
      await page.getByRole("alert").getByText("This is not an email address.").waitFor()
      expect(adapter.rows.authenticators.size).to.equal(0)
    },
    ["the server responded with a status of 400"],
  )

  visit(
    "says that passkeys do not work at this address, where the RP id is another site's",
    { passkey: { ...button, relayingParty: { id: "other.example" } } },
    async ({ page, open }) => {
      await open("/auth/signin")
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await page.getByRole("alert").getByText("Passkeys do not work at this address.").waitFor()
    },
  )

  visit("says that the browser has no passkeys", { passkey: button }, async ({ page, open }) => {
    await page.addInitScript("delete window.PublicKeyCredential")
    await open("/auth/signin")
    await page.getByRole("alert").first().getByText("This browser cannot use passkeys.").waitFor()
    expect(await page.getByRole("button").count()).to.equal(0)
    expect(await checkAccessibility(page)).to.deep.equal([])
  })

  browserTest(
    "says without JavaScript that passkeys need it",
    async (context) => {
      const server = await listen(createPasskeyApp({ mails: true }).app)
      const page = await context.newPage()
      await page.goto(`${server.url}/auth/signin`)
      const note = page.locator(".note")
      await note.waitFor()
      expect(await note.textContent()).to.include("A passkey needs JavaScript")
      const buttons = await page.getByRole("button").allInnerTexts()
      expect(buttons).to.deep.equal(["Continue with email"])
    },
    { javaScriptEnabled: false },
  )

  visit(
    "speaks in the app's own words",
    { passkey: { ...button, relayingParty: { id: "other.example" } } },
    async ({ page, open }) => {
      await open("/auth/signin")
      await page.evaluate("document.querySelector('form[data-passkey]').dataset.address = 'Falsche Adresse'")
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await page.getByRole("alert").getByText("Falsche Adresse").waitFor()
    },
  )
})
