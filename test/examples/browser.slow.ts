import { expect } from "chai"
import type { Page } from "playwright-core"
import { browserTest } from "../support/browser-test.js"
import { watchPage } from "../support/chromium.js"
import { useExample } from "./import-example.js"

describe("examples/browser.ts", () => {
  const example = useExample("browser.ts")
  const heading = (page: Page) => page.getByRole("heading", { name: "Notes of Ada Lovelace" })
  const signInButton = (page: Page) => page.getByRole("button", { name: "Continue with Company account" })

  async function signIn(page: Page): Promise<void> {
    await page.goto(example().url)
    await signInButton(page).click()
    await heading(page).waitFor()
  }

  browserTest("signs every tab out", async (context) => {
    const [first, second] = [await context.newPage(), await context.newPage()]
    const watch = await watchPage(second)
    await signIn(first)
    await second.goto(example().url)
    await heading(second).waitFor()
    await first.getByRole("button", { name: "Sign out" }).click()
    for (const page of [first, second]) await signInButton(page).waitFor()
    expect(watch).to.deep.equal({ errors: [], cspViolations: [], foreignRequests: [] })
  })

  browserTest("warns an idle user in a dialogue, then signs out", async (context) => {
    const page = await context.newPage()
    await signIn(page)
    await page.clock.install()
    await page.reload()
    await heading(page).waitFor()
    await page.clock.runFor(601_000)
    await page.getByText(/you will be signed out at \d/).waitFor()
    await page.keyboard.press("Shift")
    await page.getByRole("dialog").waitFor({ state: "hidden" })
    await page.clock.runFor(663_000)
    await signInButton(page).waitFor()
  })
})
