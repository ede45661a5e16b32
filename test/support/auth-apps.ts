import express, { type Express } from "express"
import { ExpressAuth, type ExpressAuthConfig, type ExpressAuthHandler } from "express-authjs"
import { type Listening, listen } from "./listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "./openid-provider.js"
import { signInAtProvider } from "./sign-in-at-provider.js"
import { UserAgent, type Visit } from "./user-agent.js"

export const secret = "a secret of at least thirty-two characters"

export interface LogLine {
  level: "error" | "warn" | "debug"
  text: string
  error?: unknown
  /** Shown to the visitor as well. */
  id?: string
}

export interface AuthApp extends Listening {
  auth: ExpressAuthHandler
  /** The entries of the app's logger. */
  logs: LogLine[]
}

export interface AuthAppOptions {
  /** Express 4 or 5. @default 5 */
  express?: typeof express
  /** Adds routes beside the mount at /auth. */
  routes?: (app: Express, auth: ExpressAuthHandler) => void
  /** Adds middleware before the mount: parsers, Helmet, … */
  before?: (app: Express) => void
}

type Provider = ExpressAuthConfig["providers"][number]

/** Starts apps for one test each; they are closed after it. One OpenID provider serves all tests of the `describe`. */
export function useAuthApps() {
  const open: Listening[] = []
  let provider: OpenIdProvider | undefined

  before(async () => {
    provider = await startOpenIdProvider()
  })
  after(() => provider?.close())
  afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

  function idp(): OpenIdProvider {
    if (!provider) throw new Error("The provider runs during tests only")
    return provider
  }

  function demo(options: Partial<Extract<Provider, { type: "oidc" }>> = {}): Provider {
    const { issuer, clientId, clientSecret } = idp()
    return { id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret, ...options }
  }

  async function start(
    config: Partial<ExpressAuthConfig> = {},
    options: AuthAppOptions = {},
  ): Promise<AuthApp> {
    const logs: LogLine[] = []
    const providers = config.providers ?? [demo()]
    const auth = ExpressAuth({ logger: captureLogs(logs), secret, ...config, providers })
    const app = (options.express ?? express)()
    app.set("env", "test")
    options.before?.(app)
    app.use("/auth", auth)
    options.routes?.(app, auth)
    const server = await listen(app)
    open.push(server)
    return { ...server, auth, logs }
  }

  return { start, demo, idp, keep: (server: Listening) => void open.push(server) }
}

/** A logger that writes to an array. */
export function captureLogs(logs: LogLine[]): NonNullable<ExpressAuthConfig["logger"]> {
  return {
    error: (error: Error, id?: string) =>
      void logs.push({ level: "error", text: `${error.name}: ${error.message}`, error, ...(id && { id }) }),
    warn: (code) => void logs.push({ level: "warn", text: code }),
    debug: (message, metadata) =>
      void logs.push({ level: "debug", text: `${message} ${JSON.stringify(metadata)}` }),
  }
}

/** Opens the sign-in page and presses the provider's button. Returns the redirect to the provider. */
export async function startSignIn(
  agent: UserAgent,
  url: string,
  { provider = "demo", callbackUrl }: { provider?: string; callbackUrl?: string } = {},
): Promise<Visit> {
  const query = callbackUrl === undefined ? "" : `?${new URLSearchParams({ callbackUrl })}`
  const page = await agent.get(`${url}/auth/signin${query}`)
  return agent.submit(page, { formAction: new RegExp(`/auth/signin/${provider}$`) })
}

/** Signs in at the provider. Returns the response of our callback. */
export async function signIn(
  agent: UserAgent,
  url: string,
  { name = "Ada Lovelace", ...choice }: { name?: string; provider?: string; callbackUrl?: string } = {},
): Promise<Visit> {
  return signInAtProvider(agent, await startSignIn(agent, url, choice), { name })
}

/** The body of `GET /auth/session`. */
export async function sessionOf(
  agent: UserAgent,
  url: string,
): Promise<{ user: Record<string, unknown>; expires: string } | null> {
  return JSON.parse((await agent.get(`${url}/auth/session`)).body)
}

/** A CSRF token of this browser, as a client of `GET /auth/csrf` gets it. */
export async function csrfOf(agent: UserAgent, url: string): Promise<string> {
  return JSON.parse((await agent.get(`${url}/auth/csrf`)).body).csrfToken
}

/** The cookies a browser holds for a URL, by name. */
export async function cookiesOf(agent: UserAgent, url: string): Promise<Record<string, string>> {
  const cookies = await agent.cookies.getCookies(url)
  return Object.fromEntries(cookies.map(({ key, value }) => [key, value]))
}

export { UserAgent }
