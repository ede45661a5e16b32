// The types of `req.auth` and `res.locals.session` before, behind and without a guard.
import type { IncomingMessage, ServerResponse } from "node:http"
import express, { type Request, type RequestHandler, type Response, Router } from "express"
import {
  type ActiveSession,
  ExpressAuth,
  type ExpressAuthConfig,
  type ExpressAuthHandler,
  type GetSessionResult,
  getSession,
  requireAuth,
  session,
} from "express-authjs"
import type { OAuthConfig, Provider } from "express-authjs/providers"
import GitHub from "express-authjs/providers/github"

const config = { providers: [GitHub] } satisfies ExpressAuthConfig
const auth: ExpressAuthHandler = ExpressAuth(config)
const app = express()

app.use("/auth", auth)
app.use(["/auth", "/other"], auth)
app.use("/auth/*splat", auth)
Router().use("/auth", auth)

app.get("/guarded", auth.requireAuth(), (req, res) => {
  const found: ActiveSession = req.auth
  const same: ActiveSession = res.locals.session
  const name: string | null | undefined = found.user.name ?? same.user.name
  const id: string = req.auth.user.id
  res.send(name ?? id)
})

app.get("/guarded/:id", express.json(), requireAuth(config, { roles: ["admin"] }), async (req, res) => {
  const id: string = req.params.id
  res.json({ id, user: req.auth.user, body: req.body, query: req.query.q })
})

app.get("/open", auth.session(), (req, res) => {
  const found: ActiveSession | null | undefined = req.auth
  // @ts-expect-error the request may be anonymous
  req.auth.user
  res.send(found ? found.user.name : "stranger")
})

app.get("/free", session(config), async (req, res) => {
  const found: ActiveSession | null = await getSession(req, config)
  const bound: ActiveSession | null = await auth.getSession(req, res)
  // @ts-expect-error a string is no session
  req.auth = "someone"
  res.json(found ?? bound)
})

/** Guards are accepted wherever Express takes handlers. */
export const handlers: RequestHandler[] = [auth.session(), auth.requireAuth(), requireAuth(config), auth]
app.use(handlers)
app.use("/account", auth.requireAuth(), Router())

/** A separately declared handler sees an optional session. */
export function handle(req: Request, res: Response): void {
  res.send(req.auth?.user.email ?? "anonymous")
}
app.get("/handle", auth.requireAuth(), handle)

app.get("/view", auth.views(), (_req, res) => {
  const { signInButton, signOutForm, csrfField, userMenu } = res.locals
  const html: string = signInButton("github") + signInButton() + signOutForm() + csrfField() + userMenu()
  // @ts-expect-error a provider is named by its id
  signInButton(GitHub)
  res.send(html)
})

/** All bound functions can be destructured. */
export const { requireAuth: guard, signIn, signOut, updateSession } = auth
app.post("/in", (req, res) => signIn(req, res, "github", { redirectTo: "/" }))
app.post("/out", (req, res) => signOut(req, res, { redirectTo: "/" }))
app.post("/name", guard(), async (req, res) => res.json(await updateSession(req, res, { name: "Ada" })))

// @ts-expect-error an option that is spelt wrong
ExpressAuth({ provider: [GitHub] })
// @ts-expect-error roles are a list
auth.requireAuth({ roles: "admin" })
// @ts-expect-error the base configuration needs providers
export const empty: ExpressAuthConfig = {}

/** One configuration for each request. */
export const perRequest = ExpressAuth(async (req) => ({
  providers: [GitHub],
  basePath: `/${req.hostname}/auth`,
}))

/** Providers by their types. */
export const custom: OAuthConfig<{ sub: string }> = { id: "x", name: "X", type: "oauth" }
export const providers: Provider[] = [GitHub, custom]

/** The result of `getSession` has a name, and the middleware's is a promise. */
export const result: GetSessionResult = getSession({} as Request, config)
export const handled: Promise<void> = ExpressAuth(config)({} as Request, {} as Response, () => {})

/** Node's own requests, as WebSocket servers and Connect have them. */
export async function fromNode(req: IncomingMessage, res: ServerResponse): Promise<string | undefined> {
  auth.session()(req, res, (error?: unknown) => error)
  const found: ActiveSession | null = await auth.getSession(req, res)
  return found?.user.id ?? (await getSession(req, config))?.user.id
}
type Engine = { use(middleware: (req: IncomingMessage, res: ServerResponse, next: () => void) => void): void }
export const onSockets = (engine: Engine) => engine.use(auth.session())
