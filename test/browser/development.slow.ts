import { expect } from "chai"
import type { BrowserContext, Page } from "playwright-core"
import { importExample } from "../examples/import-example.js"
import { browserTest } from "../support/browser-test.js"
import { checkAccessibility, type PageWatch, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"

const clean = { errors: [], cspViolations: [], foreignRequests: [] }

describe("development with a browser", () => {
  let server: Listening

  before(async () => {
    server = await listen(await importExample("development.ts", { NODE_ENV: "development" }))
  })
  after(() => server.close())

  async function open(context: BrowserContext): Promise<{ page: Page; watch: PageWatch }> {
    const page = await context.newPage()
    const watch = await watchPage(page)
    await page.goto(server.url)
    return { page, watch }
  }

  /** Nothing is cut off or scrolls sideways, and axe has no objection. */
  async function expectPresentable(page: Page): Promise<void> {
    const excess = () => document.documentElement.scrollWidth - document.documentElement.clientWidth
    expect(await page.evaluate(excess)).to.equal(0)
    expect(await checkAccessibility(page)).to.deep.equal([])
  }

  const looks = [
    { viewport: { width: 320, height: 640 }, colorScheme: "light" },
    { viewport: { width: 320, height: 640 }, colorScheme: "dark" },
    { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
    { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  ] as const
  for (const look of looks) {
    const how = `${look.viewport.width} px, ${look.colorScheme}`

    browserTest(
      `signs in as the person who is chosen (${how})`,
      async (context) => {
        const { page, watch } = await open(context)
        await expectPresentable(page)
        await page.getByRole("button", { name: /Ada Lovelace/ }).click()
        await page.getByText("Hello Ada Lovelace").waitFor()
        await page.goto(`${server.url}/admin`)
        await page.getByText("For admins").waitFor()
        expect(watch).to.deep.equal(clean)
      },
      look,
    )

    browserTest(
      `signs in as a person who is invented (${how})`,
      async (context) => {
        const { page, watch } = await open(context)
        await page.getByText("Invent a person").click()
        const form = page.getByRole("form", { name: "Invent a person" })
        await form.getByRole("button", { name: "Sign in" }).click()
        await page.getByRole("alert").getByText("Enter a name or an email address.").waitFor()
        await expectPresentable(page)
        await form.getByLabel("Name").fill("Grace Hopper")
        await form.getByLabel("Roles").fill("admin, editor")
        await page.keyboard.press("Enter")
        await page.getByText("Hello Grace Hopper").waitFor()
        await page.goto(`${server.url}/admin`)
        await page.getByText("For admins").waitFor()
        expect(watch).to.deep.equal(clean)
      },
      look,
    )

    browserTest(
      `signs in by the link of a mail in the inbox (${how})`,
      async (context) => {
        const email = `carol.${look.colorScheme}.${look.viewport.width}@example.com`
        const { page, watch } = await open(context)
        await page.getByLabel("Email address").first().fill(email)
        await page.keyboard.press("Enter")
        await page.getByRole("heading", { name: "Check your email" }).waitFor()
        await expectPresentable(page)
        await page.getByRole("link", { name: "Open the inbox" }).click()
        const letter = page.getByRole("article").filter({ hasText: email })
        await letter.getByText("Text of the mail").click()
        await expectPresentable(page)
        await letter.getByRole("link", { name: "Open the link" }).click()
        await page.getByRole("button", { name: "Sign in" }).click()
        await page.getByText(`Hello ${email}`).waitFor()
        expect(watch).to.deep.equal(clean)
      },
      look,
    )
  }

  browserTest(
    "needs no JavaScript",
    async (context) => {
      const { page } = await open(context)
      await page.getByRole("button", { name: /Bob Moran/ }).click()
      await page.getByText("Hello Bob Moran").waitFor()
    },
    { javaScriptEnabled: false },
  )
})
