import { existsSync } from "node:fs"
import axe, { type AxeResults } from "axe-core"
import { type Browser, chromium, type LaunchOptions, type Page } from "playwright-core"

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

/** Debian's Chromium, or the one CHROMIUM_PATH names. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium"

/**
 * Starts Chromium; `undefined` when it is not installed.
 *
 * @throws when it is not installed and `CI=true`, because CI must not skip the browser tests
 */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser | undefined> {
  if (existsSync(chromiumPath)) return chromium.launch({ executablePath: chromiumPath, args, ...options })
  if (process.env.CI === "true")
    throw new Error(`CI=true needs Chromium, and there is none at ${chromiumPath}`)
  return undefined
}

/** What {@link watchPage} has seen so far. */
export interface PageWatch {
  /** `console.error`, failed loads and uncaught exceptions; a missing favicon.ico does not count. */
  errors: string[]
  /** `<directive> blocked <what>`, from the page's securitypolicyviolation events. */
  cspViolations: string[]
  /** URLs requested from hosts that are not allowed. */
  foreignRequests: string[]
}

/** Collects what a page must not do. Call it before the first navigation. */
export async function watchPage(page: Page, allowedHosts = ["localhost", "127.0.0.1"]): Promise<PageWatch> {
  const watch: PageWatch = { errors: [], cspViolations: [], foreignRequests: [] }
  page.on("console", (message) => {
    // Chromium requests it for every page that names no icon.
    if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico"))
      watch.errors.push(message.text())
  })
  page.on("pageerror", (error) => watch.errors.push(String(error)))
  page.on("request", (request) => {
    const { protocol, host, hostname } = new URL(request.url())
    const allowed = allowedHosts.includes(host) || allowedHosts.includes(hostname)
    if (!allowed && /^(https?|wss?):$/.test(protocol)) watch.foreignRequests.push(request.url())
  })
  await page.exposeFunction("reportCspViolation", (line: string) => watch.cspViolations.push(line))
  await page.addInitScript(`addEventListener("securitypolicyviolation", (event) =>
    reportCspViolation(event.effectiveDirective + " blocked " + (event.blockedURI || "inline")))`)
  return watch
}

/** An accessibility rule that a page breaks, and the elements that break it. */
export interface AccessibilityViolation {
  rule: string
  help: string
  elements: string[]
}

/** Runs axe-core in the page's current state: WCAG 2.2 AA and axe's best practices. */
export async function checkAccessibility(page: Page): Promise<AccessibilityViolation[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })")
  return violations.map(({ id, help, nodes }) => ({
    rule: id,
    help,
    elements: nodes.map(({ html }) => html),
  }))
}
