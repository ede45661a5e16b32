import { mock } from "node:test"
import { expect } from "chai"
import { checkAccessibility } from "../support/chromium.js"
import {
  ada,
  button,
  expectHeading,
  signOut,
  signUp,
  passkeyVisit as visit,
} from "../support/passkey-visit.js"

describe("passkeys in a browser", () => {
  afterEach(() => mock.timers.reset())

  for (const strategy of ["jwt", "database"] as const) {
    visit(
      `signs up, signs out and signs in again, ${strategy} sessions`,
      { session: { strategy }, passkey: button },
      async ({ page, open, adapter }) => {
        await open("/account")
        expect(await checkAccessibility(page)).to.deep.equal([])
        await signUp(page)
        await expectHeading(page, `Hello ${ada}`)
        expect(adapter.rows.users.size).to.equal(1)
        expect(adapter.rows.sessions.size).to.equal(strategy === "database" ? 1 : 0)

        await signOut(page)
        expect(adapter.rows.sessions.size).to.equal(0)
        await open("/account")
        await page.getByRole("button", { name: "Continue with a passkey" }).click()
        await expectHeading(page, `Hello ${ada}`)
        expect(adapter.rows.users.size).to.equal(1)
      },
    )
  }

  visit(
    "adds a passkey of another device to the account, and signs in with either",
    { passkey: button },
    async ({ page, open, changeDevice }) => {
      await open("/account")
      await signUp(page)
      await page.getByText("Passkeys: 1").waitFor()
      await page.getByRole("button", { name: "Add a passkey" }).click()
      await page.getByText("This device has a passkey for your account already.").waitFor()
      await changeDevice()
      await page.getByRole("button", { name: "Add a passkey" }).click()
      await page.getByText("Passkeys: 2").waitFor()
      await signOut(page)
      await open("/account")
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await expectHeading(page, `Hello ${ada}`)
    },
  )

  visit(
    "lets a browser offer passkeys in the list of the email field",
    { mails: true },
    async ({ page, open, mailbox, cdp, authenticatorId }) => {
      await open("/account")
      expect(await page.getByLabel("Email").getAttribute("autocomplete")).to.equal("username webauthn")
      expect(await page.getByRole("button", { name: "Create a passkey" }).count()).to.equal(0)
      await page.getByLabel("Email").fill(ada)
      await page.getByRole("button", { name: "Continue with email" }).click()
      await expectHeading(page, "Check your email")
      await page.goto(mailbox.link())
      await page.getByRole("button", { name: "Sign in" }).click()
      await expectHeading(page, `Hello ${ada}`)
      await page.getByRole("button", { name: "Add a passkey" }).click()
      await page.getByText("Passkeys: 1").waitFor()
      // From here on the device answers by itself, as if the person had chosen the passkey from the list.
      await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: true })
      await signOut(page)
      await open("/account")
      await expectHeading(page, `Hello ${ada}`)
    },
  )

  visit(
    "asks who has been signed in for long to sign in again before a passkey is added",
    { passkey: button, session: { strategy: "database" } },
    async ({ page, open }) => {
      await open("/account")
      await signUp(page)
      await expectHeading(page, `Hello ${ada}`)
      mock.timers.enable({ apis: ["Date"], now: Date.now() + 11 * 60_000 })
      await page.getByRole("button", { name: "Add a passkey" }).click()
      await page.getByText("Sign in again, to confirm that it is you.").waitFor()
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await expectHeading(page, `Hello ${ada}`)
    },
    ["the server responded with a status of 401"],
  )

  visit(
    "lets the button take over from the list, in one tab of two",
    { mails: true },
    async ({ page, context, open, adapter, authenticatorId, cdp }) => {
      await open("/auth/signin")
      const tab = await context.newPage()
      await tab.goto(page.url())
      await page.bringToFront()
      await cdp.send("WebAuthn.setAutomaticPresenceSimulation", {
        authenticatorId,
        enabled: false,
      })
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await page.waitForTimeout(300)
      expect(await page.getByRole("alert").count()).to.equal(0)
      const challenges = (await context.cookies(`${page.url()}`)).filter(({ name }) =>
        name.includes("challenge."),
      )
      expect(challenges).to.have.lengthOf(3)
      expect(adapter.rows.sessions.size).to.equal(0)
      await tab.close()
    },
  )
})
