// What changes behind a reverse proxy? Tell the app its address; nothing else.
//
//   https://example.com/shop/…  →  proxy takes "/shop" away  →  http://127.0.0.1:3000/…
//
// AUTH_URL=https://example.com/shop/auth sets the scheme (so cookies are Secure), the host (so redirect URIs and links
// are right, whatever Host header arrives) and the path that browsers see. At your OpenID provider register
// https://example.com/shop/auth/callback/sso. Set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET too.
import express from "express"
import { ExpressAuth } from "express-authjs"

const auth = ExpressAuth({ providers: [{ id: "sso", name: "Company account", type: "oidc" }] })

export const app = express()

// Express's own setting. With it, an app without AUTH_URL reads scheme and host from the proxy's X-Forwarded-* headers.
app.set("trust proxy", "loopback")

app.use("/auth", auth)
app.get("/orders", auth.requireAuth(), (req, res) => res.send(`Orders of ${req.auth.user.name}`))

if (process.argv[1] === import.meta.filename) app.listen(3000, "127.0.0.1")
