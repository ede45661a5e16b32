import express from "express"
import openid from "express-openid-connect"
import { Browser } from "../support/browser.js"
import { secret, serve, user } from "../support/contender.js"
import { startIssuer } from "../support/openid-issuer.js"

const { auth, requiresAuth } = openid
const clientID = "bench"
const { issuer, signIdToken } = await startIssuer()

const app = express()
app.use(auth({ issuerBaseURL: issuer, baseURL: "http://127.0.0.1", clientID, secret, authRequired: false }))
app.get("/me", requiresAuth(), (req, res) => {
  const { sub: id, name, email, picture: image } = req.oidc.user
  res.json({ user: { id, name, email, image } })
})

async function signIn(origin) {
  const browser = new Browser(origin)
  const { headers } = await browser.get("/login")
  const { state, nonce } = Object.fromEntries(new URL(headers.get("location")).searchParams)
  const claims = { sub: user.id, name: user.name, email: user.email, picture: user.image }
  await browser.post("/callback", {
    state,
    id_token: await signIdToken(claims, { clientId: clientID, nonce }),
  })
  return browser.cookieHeader("appSession")
}

serve(app, { title: "express-openid-connect", signIn })
