// How do I keep users in my database and their sessions in Redis, and end sessions in every process at once?
// Set REDIS_URL, AUTH_DATABASE_URL (postgres://…, mysql://…, sqlite:./auth.db) and install ioredis, kysely and the driver.
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import express from "express"
import { ExpressAuth } from "express-authjs"
import { compose } from "express-authjs/adapters"
import { database } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import { Redis } from "ioredis"

export const client = new Redis(process.env.REDIS_URL ?? "redis://127.0.0.1:6379")
client.on("error", ({ message }) => console.error(`Redis: ${message}`))

// `store` has the adapter methods for sessions and mailed links; the other two are separate options.
const { revocation, locks, ...store } = redis(client, { prefix: "demo:" })
const users = database(process.env.AUTH_DATABASE_URL, { migrate: true })

const auth = ExpressAuth({
  adapter: compose({ users, sessions: store, verificationTokens: store }),
  session: { strategy: "database" },
  revocation,
  locks,
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
})

export const app = express()
app.use("/auth", auth)

app.get("/", auth.requireAuth(), async (req, res) => {
  const sessions = await auth.sessions.list(req.auth.user.id)
  res.json({ user: req.auth.user.name, sessions: sessions.length })
})
app.post("/sign-out-everywhere", (req, res) => auth.signOut(req, res, { everywhere: true }))

if (process.argv[1] === import.meta.filename) app.listen(3000)
