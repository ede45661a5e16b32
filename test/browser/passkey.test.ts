import { expect } from "chai"
import type { BrowserContext, CDPSession, Page } from "playwright-core"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, type PageWatch, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { createPasskeyApp, type PasskeyAppOptions } from "../support/passkey-app.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }
const ada = "ada@example.com"
/** No passkey is offered in a list, so that the device does not answer before the button is pressed. */
const button = { enableConditionalUI: false }

interface Visit extends ReturnType<typeof createPasskeyApp> {
  page: Page
  context: BrowserContext
  cdp: CDPSession
  authenticatorId: string
  visitor(): Visit
  watch: PageWatch
  open(path: string): Promise<unknown>
  /** Adds another device that keeps passkeys, and takes the former away. */
  changeDevice(): Promise<void>
}

const device = {
  protocol: "ctap2",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const

describe("passkeys in a browser", () => {
  let server: Listening | undefined
  afterEach(() => server?.close())

  /** A person with a device that keeps passkeys. Ends with a look at what the page must not have done. */
  function visit(
    title: string,
    options: PasskeyAppOptions,
    test: (visit: Visit) => Promise<void>,
    expectedErrors: string[] = [],
  ): void {
    browserTest(title, async (context) => {
      const made = createPasskeyApp(options)
      server = await listen(made.app)
      const { url } = server
      const page = await context.newPage()
      const watch = await watchPage(page)
      const cdp = await context.newCDPSession(page)
      await cdp.send("WebAuthn.enable", { enableUI: false })
      const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: device })
      const changeDevice = async () => {
        await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: visitor.authenticatorId })
        visitor.authenticatorId = (
          await cdp.send("WebAuthn.addVirtualAuthenticator", { options: device })
        ).authenticatorId
      }
      const open = (path: string) => page.goto(url + path)
      const visitor: Visit = {
        ...{ ...made, page, context, cdp, authenticatorId, watch, open, changeDevice },
        visitor: () => visitor,
      }
      await test(visitor)
      const isExpected = (line: string) => expectedErrors.some((words) => line.includes(words))
      const errors = watch.errors.filter((line) => !isExpected(line))
      expect({ ...watch, errors }).to.deep.equal(clean)
    })
  }

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
    "says that the person cancelled, and works at the next try",
    { passkey: button },
    async ({ page, open, cdp, visitor }) => {
      await open("/account")
      await signUp(page)
      await expectHeading(page, `Hello ${ada}`)
      await signOut(page)
      await open("/account")
      const { authenticatorId } = visitor()
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
    async ({ page, open, cdp, visitor }) => {
      await open("/auth/signin")
      const { authenticatorId } = visitor()
      await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: false })
      await page.getByRole("button", { name: "Continue with a passkey" }).click()
      await page.getByRole("alert").getByText("That took too long.").waitFor({ timeout: 15_000 })
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
      server = await listen(createPasskeyApp({ mails: true }).app)
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
    "asks who has been signed in for long to sign in again before a passkey is added",
    { passkey: button, session: { strategy: "database" } },
    async ({ page, open, adapter, context }) => {
      await open("/account")
      await signUp(page)
      await expectHeading(page, `Hello ${ada}`)
      const [session] = adapter.rows.sessions.values()
      if (!session) throw new Error("There is no session")
      const [random] = session.sessionToken.split(".")
      const sessionToken = `${random}.${(Date.now() - 11 * 60_000).toString(36)}.webauthn`
      adapter.rows.sessions.set(sessionToken, { ...session, sessionToken })
      await context.addCookies([{ name: "authjs.session-token", value: sessionToken, url: page.url() }])
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
    async ({ page, context, open, adapter, visitor, cdp }) => {
      await open("/auth/signin")
      const tab = await context.newPage()
      await tab.goto(page.url())
      await page.bringToFront()
      await cdp.send("WebAuthn.setAutomaticPresenceSimulation", {
        authenticatorId: visitor().authenticatorId,
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

async function signUp(page: Page, email = ada): Promise<void> {
  await page.getByLabel("Email").fill(email)
  await page.getByRole("button", { name: "Create a passkey" }).click()
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Sign out" }).click()
  await page.getByRole("button", { name: "Sign out" }).click()
  await expectHeading(page, "Home")
}

async function expectHeading(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { name, exact: true }).waitFor({ timeout: 8000 })
}
