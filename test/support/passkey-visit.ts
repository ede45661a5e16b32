import { expect } from "chai"
import type { BrowserContext, CDPSession, Page } from "playwright-core"
import { browserTest } from "./browser-test.js"
import { type PageWatch, watchPage } from "./chromium.js"
import { type Listening, listen } from "./listen.js"
import { createPasskeyApp, type PasskeyAppOptions } from "./passkey-app.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }
export const ada = "ada@example.com"
/** Disables conditional mediation, so that the device does not respond before the button is pressed. */
export const button = { enableConditionalUI: false }

/** A visitor with a browser whose device stores passkeys. */
export interface PasskeyVisit extends ReturnType<typeof createPasskeyApp> {
  page: Page
  context: BrowserContext
  cdp: CDPSession
  /** The device. */
  authenticatorId: string
  watch: PageWatch
  open(path: string): Promise<unknown>
  /** Replaces the device with another one. */
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

/** A browser test with such a visitor. Checks CSP violations and foreign requests at the end. */
export function passkeyVisit(
  title: string,
  options: PasskeyAppOptions,
  test: (visit: PasskeyVisit) => Promise<void>,
  expectedErrors: string[] = [],
): void {
  browserTest(title, async (context) => {
    const made = createPasskeyApp(options)
    const server = await listen(made.app)
    try {
      const visit = await open(context, server, made)
      await test(visit)
      const isExpected = (line: string) => expectedErrors.some((words) => line.includes(words))
      const errors = visit.watch.errors.filter((line) => !isExpected(line))
      expect({ ...visit.watch, errors }).to.deep.equal(clean)
    } finally {
      await server.close()
    }
  })
}

async function open(
  context: BrowserContext,
  { url }: Listening,
  made: ReturnType<typeof createPasskeyApp>,
): Promise<PasskeyVisit> {
  const page = await context.newPage()
  const watch = await watchPage(page)
  const cdp = await context.newCDPSession(page)
  await cdp.send("WebAuthn.enable", { enableUI: false })
  const addDevice = async () =>
    (await cdp.send("WebAuthn.addVirtualAuthenticator", { options: device })).authenticatorId
  const visit: PasskeyVisit = {
    ...{ ...made, page, context, cdp, watch, authenticatorId: await addDevice() },
    open: (path) => page.goto(url + path),
    changeDevice: async () => {
      await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: visit.authenticatorId })
      visit.authenticatorId = await addDevice()
    },
  }
  return visit
}

export async function signUp(page: Page, email = ada): Promise<void> {
  await page.getByLabel("Email").fill(email)
  await page.getByRole("button", { name: "Create a passkey" }).click()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Sign out" }).click()
  await page.getByRole("button", { name: "Sign out" }).click()
  await expectHeading(page, "Home")
}

export async function expectHeading(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { name, exact: true }).waitFor()
}
