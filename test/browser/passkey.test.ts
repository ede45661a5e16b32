import { expect } from "chai"
import type { BrowserContext, CDPSession, Page } from "playwright-core"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, type PageWatch, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { createPasskeyApp, type PasskeyAppOptions } from "../support/passkey-app.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }
const ada = "ada@example.com"

interface Visit extends ReturnType<typeof createPasskeyApp> {
  page: Page
  context: BrowserContext
  cdp: CDPSession
  authenticatorId: string
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
  function visit(title: string, options: PasskeyAppOptions, test: (visit: Visit) => Promise<void>): void {
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
      const visitor = { ...made, page, context, cdp, authenticatorId, watch, open, changeDevice }
      await test(visitor)
      expect(watch).to.deep.equal(clean)
    })
  }

  for (const strategy of ["jwt", "database"] as const) {
    visit(
      `signs up, signs out and signs in again, ${strategy} sessions`,
      { session: { strategy }, passkey: { enableConditionalUI: false } },
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
