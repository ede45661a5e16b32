import { ensureLoggedIn } from "connect-ensure-login"
import express, { type Express } from "express"
import { ExpressAuth, type ExpressAuthConfig, type ExpressAuthHandler } from "express-authjs"
import { PassportProvider, type PassportProviderOptions, passport } from "express-authjs/passport"
import { captureLogs, type LogLine, secret } from "../support/auth-apps.js"
import { readForm } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { createMemoryAdapter, type MemoryAdapter } from "../support/memory-adapter.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import {
  describe as describeVisit,
  redirectTarget,
  type UserAgent,
  type Visit,
} from "../support/user-agent.js"
import type { StrategyCase } from "./strategies.js"

export interface PassportApp extends Listening {
  auth: ExpressAuthHandler
  adapter: MemoryAdapter
  logs: LogLine[]
}

export interface PassportAppOptions {
  /** Express 4 or 5. @default 5 */
  express?: typeof express
  /** The session strategy. @default "jwt" */
  strategy?: "jwt" | "database"
  config?: Partial<ExpressAuthConfig>
  /** Options merged over those of the table's provider. */
  provider?: Partial<PassportProviderOptions>
  /** Ids of further providers with the same strategy and server. */
  others?: readonly string[]
  /** What comes before the mount. */
  before?: (app: Express) => void
  /** Path prefix of the mount, before `/auth`. @default "" */
  base?: string
  mount?: (app: Express, auth: ExpressAuthHandler) => void
}

/** Starts apps with a Passport strategy as a provider; the apps and their servers are closed after their test. */
export function usePassportApps() {
  const open: { close(): Promise<void> }[] = []
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

  async function start(strategyCase: StrategyCase, options: PassportAppOptions = {}): Promise<PassportApp> {
    const app = (options.express ?? express)()
    app.set("env", "test")
    const [server, started] = await Promise.all([listen(app), strategyCase.start()])
    open.push(server, started)
    const adapter = createMemoryAdapter()
    const logs: LogLine[] = []
    const toProvider = (id: string) =>
      PassportProvider({
        ...{
          id,
          name: id,
          strategy: started.create(`${server.url}${options.base ?? ""}/auth/callback/${id}`),
        },
        ...options.provider,
      })
    const auth = ExpressAuth({
      ...{ secret, adapter, session: { strategy: options.strategy ?? "jwt" }, logger: captureLogs(logs) },
      ...options.config,
      providers: [strategyCase.id, ...(options.others ?? [])].map(toProvider),
    })
    options.before?.(app)
    const { mount = (app, auth) => app.use("/auth", auth), base = "" } = options
    mount(app, auth)
    addRoutes(app, auth)
    return { ...server, url: server.url + base, auth, adapter, logs }
  }

  return { start, keep: (one: { close(): Promise<void> }) => void open.push(one) }
}

/** The guards of an app that has ours and one of Passport's. */
function addRoutes(app: Express, auth: ExpressAuthHandler): void {
  app.use(passport(auth))
  app.get("/guarded", auth.requireAuth(), (req, res) => void res.json(req.auth))
  app.get("/members", ensureLoggedIn("/auth/signin"), (req, res) => void res.json(req.user))
}

interface Choice {
  name?: string
  callbackUrl?: string
  /** The provider's id, where it differs from the table's. */
  id?: string
}

/** Submits the page of `/auth/signin/:id`. Returns the response that signs in, or redirects to the provider. */
export async function startSignIn(
  agent: UserAgent,
  url: string,
  { id, typed, callbackUrl }: Pick<StrategyCase, "id" | "typed"> & Choice,
): Promise<Visit> {
  const query = callbackUrl === undefined ? "" : `?${new URLSearchParams({ callbackUrl })}`
  const page = await agent.get(`${url}/auth/signin/${id}${query}`)
  const formAction = new RegExp(`/auth/${typed ? "callback" : "signin"}/${id}$`)
  return agent.submit(page, { formAction, ...(typed && { fields: typed }) })
}

/** Signs in. Returns the redirect to the destination. */
export async function signIn(
  agent: UserAgent,
  url: string,
  choice: Pick<StrategyCase, "id" | "typed"> & Choice,
): Promise<Visit> {
  const leaving = await startSignIn(agent, url, choice)
  if (choice.typed) return leaving
  const back = await signInAtProvider(agent, leaving, { name: choice.name ?? "Ada Lovelace" })
  return isBounce(back) ? bounce(agent, back) : back
}

/** The provider's response to the browser: a redirect URL, or a page that posts. */
export type WayBack = { url: string } | { page: Visit }

/** Follows the redirect to the provider. Returns its response to our callback, not yet sent. */
export async function wayBack(agent: UserAgent, leaving: Visit, name = "Ada Lovelace"): Promise<WayBack> {
  const callback = leaving.url.replace(/\/auth\/(?:signin|link)\/.*/, "/auth/callback/")
  let current = leaving
  for (let steps = 0; steps < 20; steps++) {
    const target = redirectTarget(current)
    if (target?.startsWith(callback)) return { url: target }
    if (!target && isPostTo(callback, current)) return { page: current }
    current = target
      ? await agent.follow(current)
      : await agent.submit(current, { formAction: /\/login$/, fields: { login: name } })
  }
  throw new Error(`No way back: ${describeVisit(current)}`)
}

/**
 * Sends a provider's response, unchanged or tampered with, from any browser. Returns the final response of the
 * callback.
 */
export async function takeWay(
  agent: UserAgent,
  way: WayBack,
  change = (text: string) => text,
): Promise<Visit> {
  if ("url" in way) return agent.get(change(way.url))
  const posted = await agent.submit({ ...way.page, body: change(way.page.body) })
  return isBounce(posted) ? bounce(agent, posted) : posted
}

/** Forwards another site's POST through our own site: by redirect, or by a page. */
function isBounce(visit: Visit): boolean {
  return visit.method === "POST" && (visit.status === 303 || visit.body.includes('id="post-on"'))
}

const bounce = (agent: UserAgent, posted: Visit) =>
  posted.status === 303 ? agent.follow(posted) : agent.submit(posted, { formAction: /\/auth\/callback\// })

function isPostTo(callback: string, page: Visit): boolean {
  return page.body.includes("document.forms[0].submit()") && readForm(page).action.startsWith(callback)
}

/** The rows that a sign-in creates in the database. */
export function rowsOf({ adapter }: Pick<PassportApp, "adapter">) {
  const { users, accounts, sessions } = adapter.rows
  return { users: users.size, accounts: accounts.size, sessions: sessions.size }
}

/** Copies every cookie that a browser would send to our callbacks to a thief's browser. */
export async function copyCookies(from: UserAgent, thief: UserAgent, url: string): Promise<void> {
  const callback = `${url}/auth/callback/x`
  for (const { key, value } of await from.cookies.getCookies(callback))
    await thief.cookies.setCookie(`${key}=${value}; Path=/; HttpOnly`, callback)
}
