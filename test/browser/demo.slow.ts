import { expect } from "chai"
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core"
import { importExample } from "../examples/import-example.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }

const device = {
  ...({ protocol: "ctap2", transport: "internal", hasResidentKey: true } as const),
  ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
}

describe("the demo in a browser", () => {
  let server: Listening

  before(async () => {
    server = await listen(await importExample("start.ts"))
  })
  after(() => server.close())

  const open = (page: Page, path: string) => page.goto(server.url + path)
  const button = (page: Page, name: string) => page.getByRole("button", { name }).click()

  /** A test that ends with a look at what the page must not have done. */
  function watched(
    title: string,
    test: (page: Page, context: BrowserContext) => Promise<void>,
    options?: BrowserContextOptions,
  ): void {
    const run = async (context: BrowserContext) => {
      const page = await context.newPage()
      const watch = await watchPage(page)
      await test(page, context)
      expect(watch).to.deep.equal(clean)
    }
    browserTest(title, run, options)
  }

  /** Waits for the account page. */
  async function expectAccount(page: Page, name: string, way: string): Promise<void> {
    await page.getByRole("heading", { name, exact: true }).waitFor()
    expect(page.url()).to.equal(`${server.url}/account`)
    await page.getByText(`You signed in ${way} at`).waitFor()
  }

  async function askForMail(page: Page, email: string): Promise<void> {
    await page.getByLabel("Email address").fill(email)
    await button(page, "Continue with email")
    await page.getByRole("heading", { name: "Check your email" }).waitFor()
  }

  /** The newest mail, in the inbox as it stands now. */
  async function openInbox(page: Page, email: string) {
    await open(page, "/inbox")
    const letter = page.getByRole("article").first()
    await letter.getByText(`To ${email}`).waitFor()
    return letter
  }

  async function signInByMail(page: Page, email: string): Promise<void> {
    await open(page, "/account")
    await askForMail(page, email)
    await (await openInbox(page, email)).getByRole("link", { name: "Open the link" }).click()
    await button(page, "Sign in")
    await page.waitForURL(`${server.url}/account`)
  }

  /** The one form of the first page is that of the mail: the password is behind the link. */
  async function typePassword(page: Page): Promise<void> {
    await page.getByRole("link", { name: "Use another method" }).click()
    await page.getByLabel("User name").fill("charles")
    await page.getByLabel("Password", { exact: true }).fill("demo")
    await page.keyboard.press("Enter")
  }

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "" : ", without JavaScript"
    const signsIn = (way: string, test: (page: Page, context: BrowserContext) => Promise<void>) =>
      watched(`signs in ${way}${how}`, test, { javaScriptEnabled })
    const someone = (name: string) => `${name}${javaScriptEnabled ? "" : ".plain"}`

    signsIn("at the OpenID provider, and out", async (page) => {
      await open(page, "/")
      await page.getByRole("link", { name: "Account" }).click()
      await button(page, "Continue with Demo ID")
      await button(page, "Continue as Ada Lovelace")
      await expectAccount(page, "Ada Lovelace", "with Demo ID")
      await open(page, "/admin")
      await page.getByText("your role is admin").waitFor()
      await button(page, "Sign out")
      await page.getByRole("heading", { name: "Sign-in for Express" }).waitFor()
    })

    signsIn("by the link that comes to the inbox", async (page) => {
      const name = someone("linus")
      await signInByMail(page, `${name}@example.com`)
      await expectAccount(page, name, "by mail")
    })

    signsIn("by the code that comes to the inbox, after a wrong one", async (page, context) => {
      const name = someone("coda")
      await open(page, "/account")
      await askForMail(page, `${name}@example.com`)
      const letter = await openInbox(await context.newPage(), `${name}@example.com`)
      const code = await letter.locator(".code").innerText()
      await page.getByLabel("Code from the email").fill(code === "000000" ? "000001" : "000000")
      await button(page, "Sign in")
      await page.getByRole("alert").getByText("not the code").waitFor()
      await page.getByLabel("Code from the email").fill(code)
      await button(page, "Sign in")
      await expectAccount(page, name, "by mail")
    })

    signsIn("by the password that the first page tells", async (page) => {
      await open(page, "/")
      await page.getByText("The user name is charles, the password demo.").waitFor()
      await page.getByRole("link", { name: "Account" }).click()
      await typePassword(page)
      await expectAccount(page, "Charles Babbage", "with a password")
    })
  }

  watched("signs in by the button of the mail itself, which cannot do more", async (page) => {
    await open(page, "/account")
    await askForMail(page, "frame@example.com")
    const letter = await openInbox(page, "frame@example.com")
    await letter.getByText("The mail itself").click()
    const mail = letter.frameLocator("iframe")
    await mail.getByRole("link", { name: "Sign in", exact: true }).click()
    await button(page, "Sign in")
    await expectAccount(page, "frame", "by mail")
  })

  watched("links an account of the provider, which the page's policy does not keep from it", async (page) => {
    await signInByMail(page, "link@example.com")
    await page.getByRole("link", { name: "Manage your account" }).click()
    await button(page, "Link Demo ID")
    await page.getByLabel("Name").fill("Another Name")
    await button(page, "Sign in")
    await page.getByRole("button", { name: "Unlink Demo ID" }).waitFor()
    await open(page, "/account")
    await expectAccount(page, "link", "by mail")
  })

  watched("adds, names and removes a passkey, and signs in by it", async (page, context) => {
    const cdp = await context.newCDPSession(page)
    await cdp.send("WebAuthn.enable", { enableUI: false })
    await cdp.send("WebAuthn.addVirtualAuthenticator", { options: device })
    await signInByMail(page, "key@example.com")
    await open(page, "/auth/account")
    await button(page, "Add a passkey")
    await page.getByText("Rename Chrome on Linux").click()
    await page.getByLabel("New name").fill("My <b>phone")
    await page.getByLabel("New name").press("Enter")
    await page.getByText("Rename My <b>phone").waitFor()
    await open(page, "/")
    await button(page, "Sign out")
    await page.getByRole("heading", { name: "Sign-in for Express" }).waitFor()
    // The device answers by itself, as if the person had chosen the passkey from the list of the email field.
    await open(page, "/account")
    await expectAccount(page, "key", "with a passkey")
    await open(page, "/auth/account")
    await button(page, "Remove My <b>phone")
    await page.getByText("The passkey is removed.").waitFor()
  })

  watched("shows what a form of the account page did, within a telephone's screen", async (page) => {
    await page.setViewportSize({ width: 375, height: 667 })
    await signInByMail(page, "small@example.com")
    await open(page, "/auth/account")
    await page.getByLabel("To confirm").fill("no")
    await button(page, "Delete my account")
    await page.waitForURL(/error=NotConfirmed/)
    expect(
      await page.evaluate("document.querySelector('#message').getBoundingClientRect().top"),
    ).to.be.within(0, 600)
  })

  watched("says so when a passkey was removed here, and is still on the device", async (page, context) => {
    const cdp = await context.newCDPSession(page)
    await cdp.send("WebAuthn.enable", { enableUI: false })
    await cdp.send("WebAuthn.addVirtualAuthenticator", { options: device })
    await signInByMail(page, "lost@example.com")
    await open(page, "/auth/account")
    await button(page, "Add a passkey")
    await button(page, "Remove Chrome on Linux")
    await page.getByText("The passkey is removed.").waitFor()
    await open(page, "/")
    await button(page, "Sign out")
    await page.getByRole("heading", { name: "Sign-in for Express" }).waitFor()
    await open(page, "/auth/signin/passkey")
    await button(page, "Continue with a passkey")
    await page.getByRole("alert").getByText("not registered here any more").waitFor()
  })

  watched("opens the vault at once after a sign-in at Demo ID, which asks every time", async (page) => {
    await open(page, "/account")
    await button(page, "Continue with Demo ID")
    await button(page, "Continue as Grace Hopper")
    await expectAccount(page, "Grace Hopper", "with Demo ID")
    await page.getByRole("link", { name: "Open the vault" }).click()
    await page.getByRole("heading", { name: "The vault is open" }).waitFor()
  })

  async function expectGood(page: Page): Promise<void> {
    expect(await checkAccessibility(page), page.url()).to.deep.equal([])
    expect(await page.evaluate("document.documentElement.scrollWidth"), page.url()).to.be.at.most(360)
  }

  for (const colorScheme of ["light", "dark"] as const) {
    watched(
      `is accessible and fits a telephone, signed in and out: ${colorScheme}`,
      async (page, context) => {
        const cdp = await context.newCDPSession(page)
        await cdp.send("WebAuthn.enable", { enableUI: false })
        await cdp.send("WebAuthn.addVirtualAuthenticator", { options: device })
        const email = `someone.with.a.rather.long.name.${colorScheme}@subdomain.example.com`
        await open(page, "/")
        await expectGood(page)
        await signInByMail(page, email)
        await expectGood(page)
        await open(page, "/auth/account")
        await button(page, "Add a passkey")
        await page.getByText("Rename Chrome on Linux").waitFor()
        await expectGood(page)
        for (const path of ["/", "/inbox", "/vault"]) {
          await open(page, path)
          await expectGood(page)
        }
      },
      { colorScheme, viewport: { width: 360, height: 740 } },
    )
  }

  for (const path of ["/admin", "/nothing"])
    browserTest(`has an accessible page for what is not to be seen: ${path}`, async (context) => {
      const page = await context.newPage()
      await page.setViewportSize({ width: 360, height: 740 })
      await open(page, "/account")
      await typePassword(page)
      await expectAccount(page, "Charles Babbage", "with a password")
      await open(page, path)
      await expectGood(page)
    })
})
