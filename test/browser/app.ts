import type express from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import helmet from "helmet"
import type { OpenIdProvider } from "../support/openid-provider.js"

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body><main><h1>${title}</h1>${body}</main></body></html>`

/** A typical app: Helmet's default headers, a guarded page, and its own sign-in form. */
export function createApp(createExpress: typeof express, { issuer, clientId, clientSecret }: OpenIdProvider) {
  const auth = ExpressAuth({
    secret: "a secret of at least thirty-two characters",
    providers: [
      { id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret },
      Credentials({
        credentials: { username: { label: "Name" }, password: { label: "Password", type: "password" } },
        authorize: ({ username, password }) =>
          password === "analytical" ? { id: String(username), name: String(username) } : null,
      }),
    ],
  })
  const app = createExpress()
  app.use(helmet())
  app.use("/auth", auth)
  app.get("/", (_req, res) => res.send(page("Home", '<a href="/dashboard">Dashboard</a>')))
  app.get("/dashboard", auth.requireAuth(), (req, res) =>
    res.send(page(`Hello ${req.auth.user.name}`, '<a href="/auth/signout">Sign out</a>')),
  )
  app.get("/own", (_req, res) =>
    res.send(page("Own page", '<form method="post" action="/own"><button>Sign in with Demo</button></form>')),
  )
  app.post("/own", (req, res) => auth.signIn(req, res, "demo", { redirectTo: "/dashboard" }))
  return app
}
