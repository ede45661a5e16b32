import Credentials from "@auth/core/providers/credentials"
import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import type { BrowserContext, Page } from "playwright-core"
import { browserTest } from "../support/browser-test.js"
import { type PageWatch, watchPage } from "../support/chromium.js"
import { type Listening, listen } from "../support/listen.js"
import { until } from "../support/until.js"

const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'"

/** Any name signs in with the password "right". */
const passwords = Credentials({
  credentials: { name: {}, password: { type: "password" } },
  authorize: ({ name, password }) =>
    password === "right" ? { id: String(name).toLowerCase(), name: String(name) } : null,
})

/**
 * The page's own script: `auth` is the module, `told` what the listener was called with, as "name, previous name";
 * `failures` are the codes of what it could not read.
 */
const script = `
  import * as auth from "/auth/assets/client.js"
  const nameOf = (session) => (session ? session.user.name : session)
  Object.assign(globalThis, { auth, told: [], failures: [] })
  auth.onSession(
    (session, previous) => told.push(nameOf(session) + ", " + nameOf(previous)),
    (error) => failures.push(error.code),
  )`

/** An app under a strict policy, whose pages load the module. */
export interface ClientApp extends Listening {
  context: BrowserContext
  /** The requests below the mount, as "GET /session". */
  requests: string[]
  /** Makes the session unreadable. */
  fails: boolean
  open(path?: string): Promise<Tab>
}

/** A tab, and what its browser complained of. */
export interface Tab extends Page {
  watch: PageWatch
}

/** A test with such an app in Chromium. At the end no page may have broken the policy. */
export function clientTest(
  title: string,
  test: (app: ClientApp) => Promise<void>,
  config: Partial<ExpressAuthConfig> = {},
): void {
  browserTest(title, async (context) => {
    const app = await startClientApp(context, config)
    const tabs: Tab[] = []
    const open = app.open
    app.open = async (path) => {
      const tab = await open(path)
      tabs.push(tab)
      return tab
    }
    try {
      await test(app)
      for (const { watch } of tabs) {
        if (watch.cspViolations.length > 0) throw new Error(watch.cspViolations.join())
        if (watch.foreignRequests.length > 0) throw new Error(watch.foreignRequests.join())
      }
    } finally {
      await app.close()
    }
  })
}

/** Starts the app for a browser's context. */
export async function startClientApp(
  context: BrowserContext,
  config: Partial<ExpressAuthConfig> = {},
): Promise<ClientApp> {
  const app = express()
  const state = { requests: [] as string[], fails: false }
  const auth = ExpressAuth({
    secret: "a secret of at least thirty-two characters",
    providers: [passwords],
    logger: { error() {}, warn() {}, debug() {} },
    callbacks: {
      session({ session }) {
        if (state.fails) throw new Error("The directory is down")
        return session
      },
    },
    ...config,
  })
  app.use("/auth", (req, _res, next) => {
    if (!req.path.startsWith("/assets")) state.requests.push(`${req.method} ${req.path}`)
    next()
  })
  app.use(["/auth", "/other/auth"], auth)
  app.get("/page.js", (_req, res) => void res.type("js").send(script))
  app.get("/plain", (_req, res) => void res.send("<!doctype html><title>Plain</title>"))
  app.use((_req, res) => {
    res.set("content-security-policy", policy)
    res.send('<!doctype html><title>App</title><script type="module" src="/page.js"></script>')
  })
  const server = await listen(app)
  const open = async (path = "/"): Promise<Tab> => {
    const page = await context.newPage()
    const tab = Object.assign(page, { watch: await watchPage(page) })
    await tab.goto(server.url + path)
    await settle(tab)
    return tab
  }
  return Object.assign(state, { ...server, context, open })
}

/** Waits until an expression is true in the page, whose policy forbids `waitForFunction`; also while it navigates. */
export function waitIn(tab: Page, expression: string): Promise<void> {
  return until(() => tab.evaluate<boolean>(`Boolean(${expression})`).catch(() => false))
}

/** Waits until the page's script knows the session, or that it cannot be read. */
export async function settle(tab: Page): Promise<void> {
  await waitIn(tab, "globalThis.told?.length > 0 || globalThis.failures?.length > 0")
}

/** Signs in by the page's script, which stays on its page. */
export async function signIn(tab: Page, name: string): Promise<void> {
  await tab.evaluate(`auth.signIn("credentials", { name: "${name}", password: "right", redirect: false })`)
}

/** What the page's listener was called with. */
export function told(tab: Page): Promise<string[]> {
  return tab.evaluate("told")
}

/** Waits until the listener was called with this, and requires that it took less than a second. */
export async function expectTold(tab: Page, line: string): Promise<void> {
  const start = performance.now()
  await waitIn(tab, `told.at(-1) === "${line}"`)
  expect(performance.now() - start).to.be.below(1000)
}
