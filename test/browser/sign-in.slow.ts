import { expect } from "chai"
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, watchPage } from "../support/chromium.js"
import { expressVersions, type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { createApp } from "./app.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }

for (const [version, express] of expressVersions) {
  describe(`signing in with a browser, ${version} under Helmet's defaults`, () => {
    let provider: OpenIdProvider
    let server: Listening

    before(async () => {
      provider = await startOpenIdProvider()
      server = await listen(createApp(express, provider))
    })
    after(() => Promise.all([server.close(), provider.close()]))

    /** A test that ends with a look at what the page must not have done. */
    function watched(
      title: string,
      test: (page: Page) => Promise<void>,
      options?: BrowserContextOptions,
    ): void {
      const run = async (context: BrowserContext) => {
        const page = await context.newPage()
        const watch = await watchPage(page)
        await test(page)
        expect(watch).to.deep.equal(clean)
      }
      browserTest(title, run, options)
    }

    const open = (page: Page, path: string) => page.goto(server.url + path)

    /** On the provider's page: chooses Ada and waits for the guarded page. */
    async function chooseAda(page: Page): Promise<void> {
      await page.waitForURL(`${provider.issuer}/**`)
      await page.getByRole("button", { name: "Continue as Ada Lovelace" }).click()
      await expectHeading(page, "Hello Ada Lovelace")
      expect(page.url()).to.equal(`${server.url}/dashboard`)
    }

    async function signInAndOut(page: Page): Promise<void> {
      await open(page, "/dashboard")
      await page.getByRole("button", { name: "Continue with Demo" }).click()
      await chooseAda(page)
      await page.getByRole("link", { name: "Sign out" }).click()
      await page.getByRole("button", { name: "Sign out" }).click()
      await page.waitForURL(`${server.url}/`)
      await open(page, "/dashboard")
      expect(new URL(page.url()).pathname).to.equal("/auth/signin")
    }

    watched("signs in at the provider, sees the guarded page, signs out", signInAndOut)

    watched("does all that without JavaScript", signInAndOut, { javaScriptEnabled: false })

    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? "" : ", without JavaScript"
      const title = `reaches the provider from the app's own form, which Helmet allows to post only home${how}`
      watched(
        title,
        async (page) => {
          const own = await open(page, "/own")
          expect(own?.headers()["content-security-policy"]).to.include("form-action 'self'")
          await page.getByRole("button", { name: "Sign in with Demo" }).click()
          await chooseAda(page)
        },
        { javaScriptEnabled },
      )
    }

    watched("says that a password is wrong, then lets the right one in", async (page) => {
      await open(page, "/dashboard")
      await fillIn(page, "Ada", "wrong")
      await page.getByRole("alert").getByText("Those details do not match").waitFor()
      expect(await page.getByLabel("Name").inputValue()).to.equal("Ada")
      expect(await page.getByLabel("Password", { exact: true }).inputValue()).to.equal("")
      await fillIn(page, "Ada", "analytical")
      await expectHeading(page, "Hello Ada")
      expect(page.url()).to.equal(`${server.url}/dashboard`)
    })

    watched("shows a message when the user cancels at the provider", async (page) => {
      await open(page, "/dashboard")
      await page.getByRole("button", { name: "Continue with Demo" }).click()
      await page.getByRole("button", { name: "Cancel" }).click()
      await page.getByRole("status").getByText("You cancelled").waitFor()
      await fillIn(page, "Ada", "analytical")
      await expectHeading(page, "Hello Ada")
    })

    watched("needs no mouse", async (page) => {
      await open(page, "/dashboard")
      await tabTo(page, "Continue with Demo")
      await page.keyboard.press("Enter")
      await page.waitForURL(`${provider.issuer}/**`)
      await tabTo(page, "Continue as Ada Lovelace")
      await page.keyboard.press("Enter")
      await expectHeading(page, "Hello Ada Lovelace")
      await tabTo(page, "Sign out")
      await page.keyboard.press("Enter")
      await page.waitForURL(`${server.url}/auth/signout`)
      await tabTo(page, "Sign out")
      await page.keyboard.press("Enter")
      await page.waitForURL(`${server.url}/`)
    })

    for (const colorScheme of ["light", "dark"] as const) {
      const paths = ["/auth/signin", "/auth/signin/demo", "/auth/signout", "/auth/verify-request"]
      watched(
        `has accessible pages: ${colorScheme}`,
        async (page) => {
          for (const path of [
            ...paths,
            "/auth/signin?error=CredentialsSignin",
            "/auth/signin?error=AccessDenied",
          ]) {
            await open(page, path)
            expect(await checkAccessibility(page), path).to.deep.equal([])
          }
        },
        { colorScheme },
      )
    }
  })
}

async function fillIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel("Name").fill(name)
  await page.getByLabel("Password", { exact: true }).fill(password)
  await page.keyboard.press("Enter")
}

async function expectHeading(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { name, exact: true }).waitFor()
}

/** Presses Tab until what has this text is focused, as often as a person would have to. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 10; presses++) {
    await page.keyboard.press("Tab")
    const focused = await page.evaluate<string>("document.activeElement.textContent.trim()")
    if (focused.endsWith(text)) return
  }
  throw new Error(`Tab does not lead to "${text}" on ${page.url()}`)
}
