// How does a native app sign its users in, and call the API?
// The app signs in at an OpenID provider in the system's browser, with a library such as AppAuth, and exchanges the
// id_token for a session, whose cookie its HTTP client keeps:
//   GET  /auth/csrf           → { csrfToken }, and a cookie
//   POST /auth/callback/app   csrfToken, idToken, and the header X-Auth-Return-Redirect: 1
//   GET  /api/me              → the user, or 401
// Set AUTH_SECRET, AUTH_DATABASE_URL, AUTH_SSO_ISSUER, AUTH_SSO_ID and AUTH_SSO_SECRET for the website, AUTH_SSO_JWKS
// (`jwks_uri` in the provider's discovery document) and APP_CLIENT_ID. Install jose, kysely and libsql.
import express from "express"
import { ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"
import Credentials from "express-authjs/providers/credentials"
import { createRemoteJWKSet, jwtVerify } from "jose"

const { AUTH_SSO_ISSUER = "", AUTH_SSO_JWKS = "", APP_CLIENT_ID = "" } = process.env
if (!AUTH_SSO_ISSUER || !AUTH_SSO_JWKS || !APP_CLIENT_ID)
  throw new Error("Set AUTH_SSO_ISSUER, AUTH_SSO_JWKS and APP_CLIENT_ID.")

const keys = createRemoteJWKSet(new URL(AUTH_SSO_JWKS))
const db = database(process.env.AUTH_DATABASE_URL, { migrate: true })

/** Finds the user of the website whose account this is. */
async function authorize({ idToken }: { idToken?: unknown }) {
  const verified = await jwtVerify(String(idToken), keys, {
    issuer: AUTH_SSO_ISSUER,
    audience: APP_CLIENT_ID, // a token for another client, such as the website, says nothing about this app
    maxTokenAge: "5 minutes", // until then it works like a password
  }).catch(() => null)
  if (!verified?.payload.sub) return null
  return db.getUserByAccount({ provider: "sso", providerAccountId: verified.payload.sub })
}

const auth = ExpressAuth({
  adapter: db,
  providers: [
    { id: "sso", name: "Company account", type: "oidc" },
    Credentials({ id: "app", credentials: { idToken: { type: "hidden" } }, authorize }),
  ],
})

export const app = express()
app.use("/auth", auth)
app.get("/api/me", auth.requireAuth(), (req, res) => res.json(req.auth.user))

if (process.argv[1] === import.meta.filename) app.listen(3000)
