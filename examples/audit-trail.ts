// How do I show users what happened to their account, and admins what happened to all of them?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET, and
// AUTH_DATABASE_URL (sqlite:./auth.db, with kysely and libsql installed).
import express from "express"
import { type AuditEvent, ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"

declare module "express-authjs" {
  interface User {
    role?: unknown // in your own app: "admin" | "member" | null
  }
}

// The first admin: update users set role = 'admin' where email = 'ada@example.com'
export const db = database(process.env.AUTH_DATABASE_URL, { migrate: true, userColumns: { role: "text" } })

const auth = ExpressAuth({
  adapter: db,
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
  callbacks: {
    session: ({ session, user }) => ({ ...session, user: { ...session.user, role: user.role ?? "member" } }),
  },
  audit: { days: 30 },
})

export const app = express()
app.use("/auth", auth)

app.get("/activity", auth.requireAuth(), async (req, res) => {
  const events = await auth.audit.list({ userId: req.auth.user.id, limit: 20 })
  res.send(`<h1>Recent activity</h1>${toTable(events)}`)
})

app.get("/admin", auth.requireAuth({ roles: ["admin"] }), async (req, res) => {
  const events = await auth.audit.list({ before: req.query.before, limit: 20 })
  const older = events.length === 20 ? `<a href="/admin?before=${events.at(-1)?.id}">Older</a>` : ""
  res.send(`<h1>All activity</h1>${toTable(events)}${older}`)
})

app.post("/admin/users/:id/revoke", auth.requireAuth({ roles: ["admin"] }), async (req, res) => {
  await auth.sessions.revokeUser(req.params.id)
  res.redirect(303, "/admin")
})

/** No value contains anything that a visitor typed, so there is nothing to escape. */
function toTable(events: AuditEvent[]): string {
  const rows = events.map(({ createdAt, event, reason, userId, device, network }) => {
    const cells = [createdAt.toISOString(), event, reason, userId, device, network]
    return `<tr>${cells.map((cell = "") => `<td>${cell}</td>`).join("")}</tr>`
  })
  return `<table>${rows.join("")}</table>`
}

if (process.argv[1] === import.meta.filename) app.listen(3000)
