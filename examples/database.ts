// How do I store users and sessions in a database, and show users where they are signed in?
// Set AUTH_DATABASE_URL (sqlite:./auth.db, postgres://…, mysql://…) and install kysely with the driver: libsql, pg or mysql2.
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import express from "express"
import { ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"

// In production, run migrate(db) from "express-authjs/database" before the app starts, instead of `migrate: true`.
const db = database(process.env.AUTH_DATABASE_URL, { migrate: true })

const auth = ExpressAuth({
  adapter: db,
  session: { strategy: "database" },
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
})

export const app = express()
app.use("/auth", auth)

app.get("/sessions", auth.requireAuth(), async (req, res) => {
  const sessions = await auth.sessions.list(req.auth.user.id)
  res.json(sessions.map(({ id, createdAt }) => ({ id, createdAt })))
})

if (process.argv[1] === import.meta.filename) {
  app.listen(3000)
  setInterval(() => db.purgeExpired().catch(console.error), 24 * 60 * 60 * 1000)
}
