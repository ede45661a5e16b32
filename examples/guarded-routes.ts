// How do I restrict routes to signed-in users, to a role, or by my own rule?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"

const admins = ["ada@example.com"]

const config: ExpressAuthConfig = {
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
  callbacks: {
    // At sign-in, put the role into the token …
    jwt({ token, user }) {
      if (user?.email) token.role = admins.includes(user.email) ? "admin" : "member"
      return token
    },
    // … and on every request from the token into the session, where `roles` reads it.
    session({ session, token }) {
      return { ...session, user: { ...session.user, role: token.role } }
    },
  },
}

const auth = ExpressAuth(config)

/** A router: one guard protects all its routes. */
const account = express.Router()
account.get("/", (req, res) => res.send(`Account of ${req.auth?.user.name}`))
account.get("/invoices", (_req, res) => res.send("No invoices"))

export const app = express()
app.use("/auth", auth)

// Open to all visitors; `req.auth` is the session or null.
app.get("/", auth.session(), (req, res) => res.send(`Hello ${req.auth?.user.name ?? "stranger"}`))

// Signed-in users. Browsers are redirected to sign in and return; API clients get 401 as problem+json.
app.use("/account", auth.requireAuth(), account)
app.get("/api/me", auth.requireAuth(), (req, res) => res.json(req.auth.user))

// One of these roles, else 403.
app.get("/admin", auth.requireAuth({ roles: ["admin"] }), (req, res) =>
  res.send(`Admin ${req.auth.user.name}`),
)

// Your own rule, else 403.
const isColleague = auth.requireAuth({ allow: ({ user }) => user.email?.endsWith("@example.com") ?? false })
app.get("/intranet", isColleague, (_req, res) => res.send("Lunch is at noon"))

if (process.argv[1] === import.meta.filename) app.listen(3000)
