import { mock } from "node:test"
import type { Express, RequestHandler } from "express"
import type { ExpressAuthConfig, ExpressAuthHandler, GuardOptions } from "express-authjs"
import { type AuthApp, type AuthAppOptions, useAuthApps } from "./auth-apps.js"
import { createMemoryAdapter } from "./memory-adapter.js"
import { passwords } from "./passwords.js"
import { UserAgent, type Visit } from "./user-agent.js"

export interface ShopOptions extends Pick<AuthAppOptions, "express"> {
  config?: Partial<ExpressAuthConfig>
  guard?: GuardOptions
  /** What parses bodies before the guard. */
  parser?: RequestHandler
  prepare?(app: Express): unknown
}

/** Milliseconds after which the shop asks for a fresh sign-in. */
export const later = 301_000

/**
 * Apps with a sensitive `POST /pay`, which responds with the body it got: as text when no parser has read it, else as
 * JSON of the parsed body; with `?next=` it redirects. The tests control the clock.
 */
export function useShops() {
  const apps = useAuthApps()
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: Date.now() }))
  afterEach(() => mock.timers.reset())

  async function startShop({
    config = {},
    guard,
    express,
    parser,
    prepare,
  }: ShopOptions = {}): Promise<AuthApp> {
    const adapter = createMemoryAdapter()
    await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    const routes = (app: Express, auth: ExpressAuthHandler) =>
      app.all(/\/pay$/, auth.requireAuth({ maxAge: 300, ...guard }), async (req, res) => {
        const { next } = req.query
        if (typeof next === "string") return res.redirect(303, next)
        return res.send(parser ? JSON.stringify(req.body) : await readText(req))
      })
    const before = (app: Express) => {
      prepare?.(app)
      if (parser) app.use(parser)
    }
    return apps.start(
      { providers: [passwords()], ...config, ...(config.session && { adapter }) },
      { routes, before, ...(express && { express }) },
    )
  }

  /** A user whose sign-in is too old, and the response to their form. */
  async function postLate(app: AuthApp, form: string, path = "/pay") {
    const agent = new UserAgent()
    await typePassword(agent, await agent.get(`${app.url}/auth/signin`))
    mock.timers.tick(later)
    const referer = `${app.url}/shop?item=5`
    return { agent, posted: await agent.post(app.url + path, new URLSearchParams(form), { referer }) }
  }

  /** Like `postLate`, followed to the page that asks whether to send the form. */
  async function confirmLate(app: AuthApp, form: string, path?: string) {
    const { agent, posted } = await postLate(app, form, path)
    return { agent, page: await typePassword(agent, await agent.followAll(posted)) }
  }

  return { ...apps, startShop, postLate, confirmLate }
}

/** Submits the password on the sign-in page and follows the redirects. */
export async function typePassword(agent: UserAgent, page: Visit, username = "ada"): Promise<Visit> {
  const fields = { username, password: "right" }
  return agent.followAll(await agent.submit(page, { formAction: /callback\/credentials$/, fields }))
}

/** Presses the button of the confirmation page. */
export const send = (agent: UserAgent, page: Visit): Promise<Visit> => agent.submit(page, { button: "Send" })

/** The held-form cookies that a response sets. */
export const heldCookies = ({ setCookies }: Visit): string[] =>
  setCookies.filter((line) => line.startsWith("authjs.form."))

async function readText(req: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
