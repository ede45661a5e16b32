// What does an app look like that runs in functions? docs/guides/serverless.md explains it.
// Set AUTH_SECRET, AUTH_URL, AUTH_DATABASE_URL, AUTH_SSO_ISSUER, AUTH_SSO_ID and AUTH_SSO_SECRET.
import express from "express"
import { ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"
import pg from "pg"

// Each instance of the function has a pool of its own.
const pool = new pg.Pool({
  connectionString: process.env.AUTH_DATABASE_URL,
  max: 2,
  connectionTimeoutMillis: 5_000,
})

const auth = ExpressAuth({
  adapter: database(pool, { purgeEvery: false }),
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
})

const app = express()
app.use("/auth", auth)
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name}`))

export default app
