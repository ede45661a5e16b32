// How do users sign up, sign in and change their password, which ends their other sessions?
// Set AUTH_SECRET and install zod. Keep users in your database, and revocations in a store that all processes share.
import { randomUUID } from "node:crypto"
import express from "express"
import { CredentialsSignin, ExpressAuth, memoryRevocation } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { z } from "zod"
import { hashPassword, isPassword, type PasswordHash } from "./support/password-hash.js"

const form = z.object({ email: z.email().toLowerCase(), password: z.string().min(10).max(200) })
const users = new Map<string, { id: string; hash: PasswordHash }>()

class Malformed extends CredentialsSignin {
  override code = "malformed"
}

async function authorize(typed: unknown) {
  const { data } = form.safeParse(typed)
  if (!data) throw new Malformed()
  const user = users.get(data.email)
  const isRight = await isPassword(data.password, user?.hash) // also for unknown addresses, so that both take as long
  return user && isRight ? { id: user.id, email: data.email } : null
}

const credentials = {
  email: { type: "email", required: true },
  password: { type: "password", required: true },
}
const auth = ExpressAuth({
  providers: [Credentials({ credentials, authorize })],
  messages: { malformed: "Enter an e-mail address, and a password of at least 10 characters." },
  revocation: memoryRevocation(),
})

export const app = express()
app.use("/auth", auth)
app.use(express.urlencoded())
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.email}`))

app.post("/sign-up", async (req, res) => {
  const { data } = form.safeParse(req.body)
  const hash = data && (await hashPassword(data.password))
  if (hash && !users.has(data.email)) users.set(data.email, { id: randomUUID(), hash }) // an existing account stays
  await auth.signIn(req, res, "credentials")
})

app.post("/password", auth.requireAuth(), async (req, res) => {
  const { email = "", id = "" } = req.auth.user
  const { data } = form.safeParse({ email, password: req.body.new })
  const user = await authorize({ email, password: req.body.current }).catch(() => null)
  if (!data || !user)
    return void res.status(400).send("The new password is too short, or the current one is wrong.")
  users.set(data.email, { id, hash: await hashPassword(data.password) })
  await auth.sessions.revokeUser(id)
  await auth.signIn(req, res, "credentials", { fields: data })
})

if (process.argv[1] === import.meta.filename) app.listen(3000)
