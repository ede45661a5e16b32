// What does an app look like that is ready for production? docs/guides/deployment.md explains it line by line.
// Set AUTH_SECRET, AUTH_URL, AUTH_DATABASE_URL, REDIS_URL, AUTH_SSO_ISSUER, AUTH_SSO_ID and AUTH_SSO_SECRET.
import express from "express"
import { ExpressAuth } from "express-authjs"
import { compose } from "express-authjs/adapters"
import { database } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import { Redis } from "ioredis"

const client = new Redis(process.env.REDIS_URL ?? "redis://127.0.0.1:6379")
client.on("error", ({ message }) => console.error(`Redis: ${message}`))
const store = redis(client)

const auth = ExpressAuth({
  adapter: compose({ users: database(), sessions: store, verificationTokens: store }),
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
})

const app = express()
app.set("trust proxy", process.env.TRUST_PROXY ?? "loopback") // the addresses of your reverse proxy, and no others
app.disable("x-powered-by")

app.get("/healthz", (_req, res) => res.send("ok")) // asks no other server: a restart would not repair those
app.use("/auth", auth)
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name}`))

const server = app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? "127.0.0.1", (error) => {
  if (error) throw error
  process.send?.("ready") // for PM2
})

// Longer than the proxy keeps an idle connection (nginx: 60 s), so that it never sends a request into a closed one.
server.keepAliveTimeout = 65_000

/** Finishes the requests in progress, closes every connection, and ends the process. */
function stop() {
  setTimeout(() => process.exit(1), 10_000).unref()
  setInterval(() => server.closeIdleConnections(), 100).unref()
  server.close(async () => {
    await auth.close()
    client.disconnect()
    process.exit()
  })
}
process.once("SIGTERM", stop) // Docker, systemd, Kubernetes
process.once("SIGINT", stop) // PM2, Ctrl+C
