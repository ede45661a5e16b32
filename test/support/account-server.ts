import type express from "express"
import type { ErrorRequestHandler } from "express"
import { json as parseJson } from "express"
import type { ExpressAuthConfig, OutgoingMail } from "express-authjs"
import { type SessionApp, useSessionApps, type Visitor } from "./session-apps.js"

type Result = Record<string, unknown>

/** A user of an {@link AccountServer}, or a stranger. */
export interface AccountVisitor {
  readonly id: string
  readonly email: string
  /** Calls a function of `auth.account` in a POST handler. The promise can be told where the request comes from. */
  call(name: string, ...args: unknown[]): Promise<Result> & { from(origin: string): Promise<Result> }
  /** Calls a function in a GET handler. */
  get(name: string): Promise<Result>
  /** What `sessions` or `passkeys` lists. */
  list(name: string): Promise<{ id?: string; current?: boolean; name?: string }[]>
  /** The session as JSON. */
  session(): Promise<unknown>
  /** The session's cookie. */
  sealed(): Promise<string | undefined>
}

export interface AccountServer {
  readonly app: SessionApp
  /** The mails that were sent, with the token of their link. */
  readonly mails: (OutgoingMail & { token: string | undefined })[]
  signedIn(name?: string): Promise<AccountVisitor>
  visitor(): Promise<AccountVisitor>
}

let users = 0

/** Starts apps whose routes `/call/:name` run the functions of `auth.account`. Any name signs in as a new user. */
export function useAccountServers() {
  const startApp = useSessionApps()

  async function start(config: Partial<ExpressAuthConfig>, create?: typeof express): Promise<AccountServer> {
    const mails: AccountServer["mails"] = []
    const sendMail = (mail: OutgoingMail) => {
      const [, token] = /[?&]token=([^\s&]+)/.exec(mail.text) ?? []
      mails.push({ ...mail, token })
    }
    const { adapter } = config
    const suffix = `${process.pid}-${++users}`
    const authorize = async ({ name }: Partial<Record<string, unknown>>) => {
      const email = `${name}-${suffix}@example.com`
      if (!adapter?.createUser) return { id: `${name}-${suffix}`, name: String(name), email }
      const found = await adapter.getUserByEmail?.(email)
      const user = { id: `${name}-${suffix}`, name: String(name), email, emailVerified: new Date() }
      return found ?? adapter.createUser(user)
    }
    const providers = [
      { id: "credentials", name: "Name", type: "credentials" as const, credentials: { name: {} }, authorize },
      {
        ...{ id: "demo", name: "Demo", type: "oauth" as const, clientId: "x", clientSecret: "y" },
        ...{ authorization: "https://demo.example/a", token: "https://demo.example/t" },
        userinfo: "https://demo.example/u",
      },
    ]
    const app = await startApp(
      { providers: providers as never, sendMail, ...config },
      {
        ...(create && { express: create }),
        routes: (server, auth) => {
          const run: express.RequestHandler = (req, res, next) => {
            const { account }: { account: object } = auth
            const functions = account as Record<string, (...args: unknown[]) => Promise<unknown>>
            functions[String(req.params.name)]?.(req, ...(req.body?.args ?? [])).then(
              (result) => void res.json(result),
              next,
            )
          }
          server.post("/call/:name", parseJson(), run)
          server.get("/call/:name", run)
          const showError: ErrorRequestHandler = ({ code, status = 500, message }, _req, res, _next) =>
            void res.status(status).json({ code, status, message })
          server.use(showError)
        },
      },
    )
    const signedIn = async (name = "ada") => {
      const visitor = await app.visitor()
      await visitor.post("/login", { name })
      const session = JSON.parse((await visitor.get("/auth/session")).body)
      return toVisitor(app, visitor, session.user)
    }
    return { app, mails, signedIn, visitor: async () => toVisitor(app, await app.visitor(), {}) }
  }

  return { start }
}

function toVisitor(
  { url }: SessionApp,
  visitor: Visitor,
  { id = "", email = "" }: { id?: string; email?: string },
): AccountVisitor {
  const post = async (name: string, args: unknown[], headers: Record<string, string>): Promise<Result> => {
    const cookies = await visitor.agent.cookies.getCookieString(url)
    const response = await fetch(`${url}/call/${name}`, {
      method: "POST",
      body: JSON.stringify({ args }),
      headers: { "content-type": "application/json", cookie: cookies, ...headers },
    })
    for (const cookie of response.headers.getSetCookie()) await visitor.agent.cookies.setCookie(cookie, url)
    return (await response.json()) as Result
  }
  return {
    ...{ id, email },
    call: (name, ...args) => {
      let sent: Promise<Result> | undefined
      const send = (headers: Record<string, string> = {}) => (sent ??= post(name, args, headers))
      return {
        from: (origin: string) => send({ origin, "sec-fetch-site": "cross-site" }),
        // biome-ignore lint/suspicious/noThenProperty: it is awaited
        then: (...then: Parameters<Promise<Result>["then"]>) => send().then(...then),
      } as never
    },
    get: async (name) => JSON.parse((await visitor.get(`/call/${name}`)).body),
    list: async (name) => (await post(name, [], {}))[name] as never,
    session: async () => JSON.parse((await visitor.get("/auth/session")).body),
    sealed: () => visitor.sealed(),
  }
}
