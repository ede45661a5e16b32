// How do users change their name, end their sessions, download their data and delete their account?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET, and
// AUTH_DATABASE_URL (sqlite:./auth.db, with kysely and libsql installed).
import { fileURLToPath } from "node:url"
import express, { type Response } from "express"
import { type AccountResult, ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"

const auth = ExpressAuth({
  adapter: database(process.env.AUTH_DATABASE_URL, { migrate: true }),
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
})

export const app = express()
app.set("views", fileURLToPath(new URL("views", import.meta.url))).set("view engine", "ejs")
app.use("/auth", auth)
app.use(express.urlencoded())

app.get("/me", auth.requireAuth(), async (req, res) => {
  const result = await auth.account.sessions(req)
  const sessions = result.ok ? result.sessions : []
  res.render("own-account", { user: req.auth.user, sessions, error: req.query.error })
})

app.get("/me/data", auth.requireAuth(), async (req, res) => {
  const result = await auth.account.export(req)
  if (result.ok) res.attachment("my-data.json").json(result.data)
  else res.sendStatus(result.status)
})

// Each acts on the user of the request alone, and refuses requests that another site made the browser send.
app.post("/me/name", async (req, res) => {
  leave(res, await auth.account.update(req, { name: req.body.name }))
})
app.post("/me/end-session", async (req, res) => {
  leave(res, await auth.account.endSession(req, req.body.id))
})
app.post("/me/delete", async (req, res) => {
  const result = await auth.account.delete(req)
  // Deleting requires a sign-in within the last ten minutes.
  if (!result.ok && result.error === "FreshSignInRequired") await auth.signIn(req, res)
  else leave(res, result)
})

function leave(res: Response, result: AccountResult): void {
  res.redirect(303, result.ok ? "/me" : `/me?error=${result.error}`)
}

if (process.argv[1] === import.meta.filename) app.listen(3000)
