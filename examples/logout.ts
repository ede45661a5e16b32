// How does a sign-out here reach the company's provider, and a sign-out there reach us?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET. Register there:
//   post-logout redirect URI   http://localhost:3000/auth/signout/callback
//   back-channel logout URI    http://localhost:3000/auth/backchannel-logout/sso
import express from "express"
import { ExpressAuth, memoryRevocation } from "express-authjs"

const auth = ExpressAuth({
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
  // Remembers which sessions the provider has ended. Several processes need a store they share: Redis or a database.
  revocation: memoryRevocation(),
  callbacks: {
    // The provider recognises its session by the id_token; without it, most ask "Do you want to sign out?". With a
    // database you need no callback, because the account's row has the token.
    jwt({ token, account }) {
      if (account?.id_token) token.id_token = account.id_token
      return token
    },
  },
})

export const app = express()
app.use("/auth", auth)

app.get("/", (_req, res) => res.send('<p>Signed out</p><a href="/account">Account</a>'))

app.get("/account", auth.requireAuth(), (req, res) => {
  res.send(`<p>Hello ${req.auth.user.id}</p>
    <form method="post" action="/sign-out"><button>Sign out</button></form>
    <form method="post" action="/sign-out-everywhere"><button>Sign out on all devices</button></form>`)
})

// Ends the session here, then at the provider, and returns to "/".
app.post("/sign-out", (req, res) => auth.signOut(req, res, { idp: true, redirectTo: "/" }))

// Also ends the user's sessions here in other browsers.
app.post("/sign-out-everywhere", (req, res) =>
  auth.signOut(req, res, { everywhere: true, idp: true, redirectTo: "/" }),
)

if (process.argv[1] === import.meta.filename) app.listen(3000)
