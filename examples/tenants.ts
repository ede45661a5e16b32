// How does one app serve several customers, each with a sign-in of its own?
// Set AUTH_SECRET, and for each customer AUTH_ACME_ISSUER, AUTH_ACME_ID and AUTH_ACME_SECRET (and AUTH_GLOBEX_…).
// Open http://acme.localhost:3000 and http://globex.localhost:3000: in browsers, names below localhost need no DNS.
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"

// The names are your own: one copied from a request would let visitors invent tenants. Each configuration is created
// once and checked once, at its tenant's first request.
const tenants = new Map<string, ExpressAuthConfig>([
  ["acme.localhost", { tenant: "acme", providers: [{ id: "acme", name: "Acme account", type: "oidc" }] }],
  [
    "globex.localhost",
    { tenant: "globex", providers: [{ id: "globex", name: "Globex account", type: "oidc" }] },
  ],
])

const auth = ExpressAuth(({ hostname }) => {
  const config = tenants.get(hostname)
  if (!config) throw new Error(`There is no tenant at ${hostname}`)
  return config
})

export const app = express()

// Turns other hosts away before anything asks for their configuration.
app.use((req, res, next) => (tenants.has(req.hostname) ? next() : void res.sendStatus(404)))

app.use("/auth", auth)

// A session is valid at the tenant that issued it, and worthless at the others.
app.get("/", auth.requireAuth(), (req, res) => {
  res.send(`Hello ${req.auth.user.name} of ${tenants.get(req.hostname)?.tenant}`)
})

if (process.argv[1] === import.meta.filename) app.listen(3000)
