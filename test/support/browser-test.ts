import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core"
import { chromiumPath, launchChromium } from "./chromium.js"

let launching: Promise<Browser | undefined> | undefined

/** Closes the browser of this process; the next test that needs one starts another. */
export async function closeSharedBrowser(): Promise<void> {
  const closing = launching
  launching = undefined
  const browser = await closing?.catch(() => undefined)
  await browser?.close()
}

/**
 * A test in Chromium, with its own context (cookies, storage). All tests share one browser. Without
 * Chromium the test is skipped with a one-line reason; with `CI=true` it fails.
 */
export function browserTest(
  title: string,
  test: (context: BrowserContext) => Promise<void>,
  contextOptions: BrowserContextOptions = {},
): void {
  it(title, async function () {
    const browser = await sharedBrowser()
    if (!browser) return this.skip()
    const context = await browser.newContext(contextOptions)
    try {
      await test(context)
    } finally {
      await context.close()
    }
  })
}

function sharedBrowser(): Promise<Browser | undefined> {
  launching ??= launchChromium().then((browser) => {
    if (!browser)
      console.log(`Browser tests are skipped: no Chromium at ${chromiumPath} (or set CHROMIUM_PATH)`)
    return browser
  })
  return launching
}
