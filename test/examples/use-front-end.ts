import { expect } from "chai"
import type { BrowserContext } from "playwright-core"
import { watchPage } from "../support/chromium.js"

/** Signs in and out with the button of a front end, and returns to the page of its router both times. */
export async function useFrontEnd(context: BrowserContext, origin: string): Promise<void> {
  const page = await context.newPage()
  const watch = await watchPage(page)
  await page.goto(`${origin}/notes/7`)
  await page.getByText("Error 401").waitFor()
  await page.getByRole("button", { name: "Sign in" }).click()
  await page.getByText("Ada Lovelace").waitFor()
  expect(page.url()).to.equal(`${origin}/notes/7`)
  await page.getByRole("button", { name: "Sign out" }).click()
  await page.getByText("Error 401").waitFor()
  expect(page.url()).to.equal(`${origin}/notes/7`)
  expect(watch.cspViolations).to.deep.equal([])
}
