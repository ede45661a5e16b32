// How do users link a second account to theirs, and unlink it again?
// Works with any two OpenID providers: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET, the same three of AUTH_PARTNER,
// AUTH_SECRET, and AUTH_DATABASE_URL (sqlite:./auth.db, with kysely and libsql installed).
import express from "express"
import { ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"

const db = database(process.env.AUTH_DATABASE_URL, { migrate: true })

const auth = ExpressAuth({
  adapter: db,
  providers: [
    { id: "sso", name: "Company account", type: "oidc" },
    { id: "partner", name: "Partner account", type: "oidc" },
  ],
})

export const app = express()
app.use("/auth", auth)

app.get("/account", auth.requireAuth(), async (req, res) => {
  const accounts = await db.listAccounts(req.auth.user.id)
  const forms = ["sso", "partner"].map((id) => {
    const action = accounts.some(({ provider }) => provider === id) ? "unlink" : "link"
    return `<form method="post" action="/account/${action}/${id}"><button>${action} ${id}</button></form>`
  })
  res.send(`<p>Account of ${req.auth.user.id}</p>${forms.join("")}`)
})

// A sign-in never links; only these two routes add and remove ways to sign in. Both require a recent sign-in, and the
// last way to sign in cannot be removed: browsers get a page that says so, API clients 409.
app.post("/account/link/:provider", (req, res) =>
  auth.linkAccount(req, res, req.params.provider, { redirectTo: "/account" }),
)
app.post("/account/unlink/:provider", (req, res) =>
  auth.unlinkAccount(req, res, req.params.provider, { redirectTo: "/account" }),
)

if (process.argv[1] === import.meta.filename) app.listen(3000)
