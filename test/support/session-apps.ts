import { decode, type JWT } from "@auth/core/jwt"
import express, { type ErrorRequestHandler, type Express } from "express"
import { ExpressAuth, type ExpressAuthConfig, type ExpressAuthHandler } from "express-authjs"
import { makeToken } from "../session/make-token.js"
import { type Listening, listen } from "./listen.js"
import { UserAgent, type UserAgentOptions, type Visit } from "./user-agent.js"

export const secret = "a secret of at least thirty-two characters"
export const sessionCookie = "authjs.session-token"

export const minute = 60
export const day = 24 * 60 * minute

/** Seconds since 1970, as tokens count. */
export function now(): number {
  return Math.floor(Date.now() / 1000)
}

/** Claims of a session of Ada's that started a while ago. */
export function claimsOfAda(age = 0): JWT & { iat: number; exp: number } {
  const iat = now() - age
  const person = { sub: "ada", name: "Ada Lovelace", email: "ada@example.com" }
  return { ...person, sid: "the-session", auth_time: iat, iat, exp: iat + 30 * day, jti: "the-token" }
}

/** A token as the encrypted cookie holds it, made without our codec. */
export function tokenOf(claims: JWT, { with: key = secret, salt = sessionCookie } = {}): Promise<string> {
  return makeToken(JSON.stringify(claims), { secret: key, salt })
}

export interface SessionApp extends Listening {
  auth: ExpressAuthHandler
  /** The entries of the app's logger: codes of warnings, and errors. */
  logs: { warnings: string[]; errors: Error[] }
  visitor(cookie?: string | Promise<string>, options?: UserAgentOptions): Promise<Visitor>
}

export interface SessionAppOptions {
  /** Express 4 or 5. @default 5 */
  express?: typeof express
  /** Routes beside /guarded, /open, /login and /logout. */
  routes?: (app: Express, auth: ExpressAuthHandler) => void
}

/** Starts apps that are closed after their test. By default any name signs in. */
export function useSessionApps() {
  const open: Listening[] = []
  afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

  return async function start(
    config: Partial<ExpressAuthConfig> = {},
    { express: create = express, routes }: SessionAppOptions = {},
  ): Promise<SessionApp> {
    const logs: SessionApp["logs"] = { warnings: [], errors: [] }
    const logger = {
      warn: (code: string) => void logs.warnings.push(code),
      error: (error: Error) => void logs.errors.push(error),
    }
    const auth = ExpressAuth({ secret, logger, providers: [byName()], ...config })
    const app = create()
    routes?.(app, auth)
    addRoutes(app, auth)
    const server = await listen(app)
    open.push(server)
    const visitor: SessionApp["visitor"] = async (cookie, options) => {
      const visitor = new Visitor(server.url, options)
      if (cookie !== undefined) await visitor.keep(sessionCookie, await cookie)
      return visitor
    }
    return { ...server, auth, logs, visitor }
  }
}

function addRoutes(app: Express, auth: ExpressAuthHandler): void {
  const form = express.urlencoded({ extended: false })
  app.use("/auth", auth)
  app.get("/guarded", auth.requireAuth(), (req, res) => void res.json(req.auth))
  app.get("/open", auth.session(), (req, res) => void res.json(req.auth))
  app.post("/login", form, (req, res, next) => {
    auth.signIn(req, res, "credentials", { redirectTo: "/guarded" }).catch(next)
  })
  app.post("/logout", form, (req, res, next) => {
    auth.signOut(req, res, { everywhere: req.body?.everywhere === "yes" }).catch(next)
  })
  app.post("/update", form, (req, res, next) => {
    auth.updateSession(req, res, req.body).then((session) => res.json(session), next)
  })
  const showError: ErrorRequestHandler = ({ code, status = 500, message }, _req, res, _next) => {
    res.status(status).json({ code, message })
  }
  app.use(showError)
}

function byName(): ExpressAuthConfig["providers"][number] {
  return {
    id: "credentials",
    name: "Your name",
    type: "credentials",
    credentials: { name: { label: "Name" } },
    authorize: ({ name }) => ({ id: String(name), name: String(name), email: `${name}@example.com` }),
  }
}

/** A client that keeps cookies and asks for JSON. */
export class Visitor {
  readonly agent: UserAgent
  readonly #url: string

  constructor(url: string, options: UserAgentOptions = {}) {
    this.#url = url
    this.agent = new UserAgent({ navigate: false, ...options })
  }

  get(path: string): Promise<Visit> {
    return this.agent.get(this.#url + path)
  }

  post(path: string, form: Record<string, string> = {}): Promise<Visit> {
    return this.agent.post(this.#url + path, form)
  }

  async keep(name: string, value: string): Promise<void> {
    await this.agent.cookies.setCookie(`${name}=${value}; Path=/; HttpOnly`, this.#url)
  }

  async cookies(): Promise<Map<string, string>> {
    const cookies = await this.agent.cookies.getCookies(this.#url)
    return new Map(cookies.map(({ key, value }) => [key, value]))
  }

  /** The value of the session cookie, joined from its chunks. */
  async sealed(): Promise<string | undefined> {
    const cookies = await this.cookies()
    const chunks = [...cookies.keys()].filter((name) => name.startsWith(`${sessionCookie}.`))
    const ordered = chunks.sort((a, b) => Number(a.split(".").at(-1)) - Number(b.split(".").at(-1)))
    return cookies.get(sessionCookie) ?? (ordered.map((name) => cookies.get(name)).join("") || undefined)
  }

  /** The claims that core decodes from the session cookie. */
  async claims(): Promise<JWT | null> {
    return decode({ token: (await this.sealed()) ?? "", secret, salt: sessionCookie })
  }

  /** `GET /auth/session` */
  async session(): Promise<unknown> {
    return json(await this.get("/auth/session"))
  }
}

export function json(visit: Visit): unknown {
  return JSON.parse(visit.body)
}

/** Runs a function with the clock set to a time, in seconds since 1970. */
export async function atTime(seconds: number, act: () => Promise<void>): Promise<void> {
  const { now } = Date
  Date.now = () => seconds * 1000
  try {
    await act()
  } finally {
    Date.now = now
  }
}
