// How do users sign in with passkeys, and add, rename and remove them?
// Open http://localhost:3000 in a browser. Rows are in memory; use your database's URL instead. Set AUTH_SECRET.
// Install @simplewebauthn/server@9, kysely and libsql.
import { fileURLToPath } from "node:url"
import express, { type ErrorRequestHandler } from "express"
import { ExpressAuth, ExpressAuthError } from "express-authjs"
import { database } from "express-authjs/database"
import Passkey from "express-authjs/providers/passkey"

const auth = ExpressAuth({
  adapter: database("sqlite::memory:", { migrate: true }),
  providers: [Passkey],
})

export const app = express()
app.set("views", fileURLToPath(new URL("views", import.meta.url))).set("view engine", "ejs")
app.use("/auth", auth)
app.use(express.urlencoded(), auth.requireAuth())

app.get("/", async (req, res) => {
  const { id = "", email } = req.auth?.user ?? {}
  res.render("passkeys", { email, passkeys: await auth.passkeys.list(id) })
})

// The id comes from a form and may be another user's: such a passkey is not changed.
app.post("/passkeys/rename", async (req, res) => {
  await auth.passkeys.rename(req.auth?.user.id ?? "", req.body.id, req.body.name)
  res.redirect("/")
})

app.post("/passkeys/remove", async (req, res) => {
  await auth.passkeys.remove(req.auth?.user.id ?? "", req.body.id)
  res.redirect("/")
})

const explain: ErrorRequestHandler = (error, _req, res, next) => {
  if (!(error instanceof ExpressAuthError) || error.status >= 500) return next(error)
  const isLast = error.code === "ERR_AUTH_LAST_METHOD"
  res.status(error.status).send(isLast ? "This is your only way to sign in." : "Please check your input.")
}
app.use(explain)

if (process.argv[1] === import.meta.filename) app.listen(3000)
