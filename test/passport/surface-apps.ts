import express, { type ErrorRequestHandler, type Express, type Request } from "express"
import { ExpressAuth, type ExpressAuthConfig, type ExpressAuthHandler } from "express-authjs"
import { type PassportOptions, passport } from "express-authjs/passport"
import expressSession from "express-session"
import { Passport } from "passport"
import { type Listening, listen } from "../support/listen.js"
import { createMemoryAdapter, type MemoryAdapter } from "../support/memory-adapter.js"
import { UserAgent, type Visit } from "../support/user-agent.js"

export const secret = "a secret of at least thirty-two characters"

export interface Person {
  id: string
  name: string
}

export const people: readonly Person[] = ["Ada", "Grace"].map((name) => ({ id: name.toLowerCase(), name }))

export interface SurfaceApp extends Listening {
  auth: ExpressAuthHandler
  errors: Error[]
  adapter: MemoryAdapter
}

export interface SurfaceOptions {
  /** Express 4 or 5. @default 5 */
  express?: typeof express
  config?: Partial<ExpressAuthConfig>
  passport?: PassportOptions
  strategy?: "jwt" | "database"
  /** What comes before `passport()`. */
  before?: (app: Express) => void
  /** Beside /who, /login, /once and /logout. */
  routes?: (app: Express, auth: ExpressAuthHandler) => void
}

export interface ClassicOptions {
  express?: typeof express
  routes?: (app: Express) => void
  /** Of express-session. */
  session?: Partial<expressSession.SessionOptions>
}

/** Starts apps that sign in with `req.login()`, on our sessions and on the real Passport; closed after their test. */
export function useSurfaceApps() {
  const open: Listening[] = []
  afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

  async function serve(app: Express): Promise<Listening> {
    const server = await listen(app)
    open.push(server)
    return server
  }

  async function start({ strategy = "jwt", ...options }: SurfaceOptions = {}): Promise<SurfaceApp> {
    const errors: Error[] = []
    const adapter = createMemoryAdapter()
    for (const { id, name } of people)
      await adapter.createUser({ id, name, email: `${id}@example.com`, emailVerified: null })
    const logger = { error: (error: Error) => void errors.push(error), warn: () => {} }
    const database = strategy === "database" && { adapter }
    const auth = ExpressAuth({ secret, logger, providers: [byName()], ...database, ...options.config })
    const app = (options.express ?? express)()
    app.set("env", "test")
    options.before?.(app)
    app.use("/auth", auth)
    app.use(passport(auth, options.passport))
    options.routes?.(app, auth)
    addRoutes(app)
    return { ...(await serve(app)), auth, errors, adapter }
  }

  /** The same routes on the real Passport with express-session. */
  async function startClassic({
    express: create = express,
    routes,
    session = {},
  }: ClassicOptions = {}): Promise<Listening> {
    const app = create()
    app.set("env", "test")
    const classic = new Passport()
    classic.serializeUser((user, done) => done(null, (user as Person).id))
    classic.deserializeUser((id, done) => done(null, people.find((person) => person.id === id) ?? false))
    app.use(expressSession({ secret, resave: false, saveUninitialized: false, ...session }))
    app.use(classic.initialize())
    app.use(classic.session())
    routes?.(app)
    addRoutes(app)
    return serve(app)
  }

  return { start, startClassic, serve }
}

function addRoutes(app: Express): void {
  app.use(express.urlencoded({ extended: false }))
  app.get("/who", (req, res) => void res.json(whoIs(req)))
  app.post("/login", (req, res, next) => {
    req.login(personOf(req), (error) => (error ? next(error) : res.json(whoIs(req))))
  })
  app.post("/once", (req, res, next) => {
    req.logIn(personOf(req), { session: false }, (error) => (error ? next(error) : res.json(whoIs(req))))
  })
  app.post("/logout", (req, res, next) => {
    req.logout((error) => (error ? next(error) : res.json(whoIs(req))))
  })
  const showError: ErrorRequestHandler = ({ code, status = 500, message }, req, res, _next) => {
    res.status(status).json({ code, message, ...("isAuthenticated" in req && whoIs(req)) })
  }
  app.use(showError)
}

export function personOf(req: Request): Person {
  const { id } = req.body
  return people.find((person) => person.id === id) ?? { id, name: `Stranger ${id}` }
}

/** The results of the request's Passport methods. */
export function whoIs(req: Request) {
  const { name = null } = Object(req.user)
  return { name, isAuthenticated: req.isAuthenticated(), isUnauthenticated: req.isUnauthenticated() }
}

export function byName(): ExpressAuthConfig["providers"][number] {
  return {
    id: "credentials",
    name: "Your name",
    type: "credentials",
    credentials: { name: { label: "Name" } },
    authorize: ({ name }) => people.find((person) => person.name === name) ?? null,
  }
}

/** A visitor's browser at one app. */
export class Visitor {
  readonly agent: UserAgent
  readonly #url: string

  /** @param agent reuses a browser that has visited another app; cookies do not depend on the port */
  constructor({ url }: { url: string }, agent = new UserAgent({ navigate: false })) {
    this.#url = url
    this.agent = agent
  }

  get(path: string, headers?: Record<string, string>): Promise<Visit> {
    return this.agent.get(this.#url + path, headers)
  }

  post(path: string, form: Record<string, string> = {}): Promise<Visit> {
    return this.agent.post(this.#url + path, form)
  }

  async who(): Promise<unknown> {
    return JSON.parse((await this.get("/who")).body)
  }

  async cookie(name: string): Promise<string | undefined> {
    return (await this.agent.cookies.getCookies(this.#url)).find(({ key }) => key === name)?.value
  }

  async keep(name: string, value: string): Promise<void> {
    await this.agent.cookies.setCookie(`${name}=${value}; Path=/; HttpOnly`, this.#url)
  }
}

export const anonymous = { name: null, isAuthenticated: false, isUnauthenticated: true }
export const ada = { name: "Ada", isAuthenticated: true, isUnauthenticated: false }
export const sessionCookie = "authjs.session-token"
