// How do I require a fresh sign-in before something sensitive, without losing the form that was sent?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import express from "express"
import { ExpressAuth } from "express-authjs"

const auth = ExpressAuth({ providers: [{ id: "sso", name: "Company account", type: "oidc" }] })

export const app = express()
app.use("/auth", auth)
app.use(express.urlencoded())

// The form is open to anyone who is signed in, however long ago.
app.get("/transfer", auth.requireAuth(), (_req, res) => {
  res.send(`<!doctype html><title>Transfer</title>
    <form method="post">
      <label>To <input name="to" required></label>
      <label>Amount <input name="amount" type="number" required></label>
      <button>Transfer</button>
    </form>`)
})

// Sending it requires a sign-in within the last five minutes, at which the provider really asked the user. If there is
// none, the form waits in the browser while the user signs in again, and a page then asks whether to send it.
app.post("/transfer", auth.requireAuth({ maxAge: 300 }), (req, res) => {
  const { to, amount } = req.body
  res.type("text").send(`${req.auth.user.name} sent ${amount} to ${to}`)
})

// API clients get 401 with the code ERR_AUTH_REAUTHENTICATE instead.
app.delete("/api/account", auth.requireAuth({ maxAge: 300 }), (_req, res) => void res.sendStatus(204))

if (process.argv[1] === import.meta.filename) app.listen(3000)
