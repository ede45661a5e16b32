import { Router } from "express"
import { ExpressAuthError } from "express-authjs"
import { auth } from "../auth.js"
import { HttpError } from "../errors.js"
import { form } from "../form.js"
import { toText } from "../text.js"
import { setName } from "../users.js"

/** The user's name, passkeys and sessions, behind a guard. */
export const account = Router()

account.get("/", (req, res) => showAccount(req, res, { name: req.auth.user.name ?? "" }))

account.post("/name", form, async (req, res) => {
  const name = toText(req.body.name).trim()
  const error = name.length < 1 || name.length > 80 ? "A name has 1 to 80 characters." : undefined
  if (error) return showAccount(req, res.status(422), { name, error })
  await setName(req.auth.user.id, name)
  res.redirect(303, "/account")
})

// The id comes from a form and may be another user's: such a passkey is not removed.
account.post("/passkeys/remove", form, async (req, res) => {
  await auth.passkeys.remove(req.auth.user.id, toText(req.body.id)).catch(explainLast)
  res.redirect(303, "/account")
})

account.post("/sign-out-everywhere", form, (req, res) =>
  auth.signOut(req, res, { everywhere: true, redirectTo: "/" }),
)

async function showAccount(req, res, { name, error }) {
  const { id } = req.auth.user
  const [passkeys, sessions] = await Promise.all([auth.passkeys.list(id), auth.sessions.list(id, req)])
  res.render("account", { name, error, passkeys, sessions })
}

function explainLast(error) {
  const isLast = error instanceof ExpressAuthError && error.code === "ERR_AUTH_LAST_METHOD"
  throw isLast ? new HttpError(409, "This passkey is your only way to sign in, so it stays.") : error
}
