// How do I give users roles, and take one away while they are signed in?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET, and
// AUTH_DATABASE_URL (sqlite:./auth.db, with kysely and libsql installed).
import express from "express"
import { ExpressAuth } from "express-authjs"
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
    // `user` is the row, read with the session on every request.
    session: ({ session, user }) => ({ ...session, user: { ...session.user, role: user.role ?? "member" } }),
  },
})

export const app = express()
app.use("/auth", auth)

app.get("/", auth.requireAuth(), (req, res) => res.json(req.auth.user))

const admins = express.Router()
admins.use(auth.requireAuth({ roles: ["admin"] }), express.urlencoded())
admins.get("/", (_req, res) => res.send("For admins"))
admins.post("/users/:id/role", async (req, res) => {
  const user = await db.getUser(req.params.id)
  if (!user || !["admin", "member"].includes(req.body.role)) return res.sendStatus(400)
  await db.updateUser({ id: user.id, role: req.body.role })
  res.redirect(303, "/admin")
})
app.use("/admin", admins)

if (process.argv[1] === import.meta.filename) app.listen(3000)
