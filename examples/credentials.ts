// How do people sign up and in with a password, and change it, which ends their other sessions?
// Set AUTH_SECRET and install zod. Keep users in your database, and revocations where all your processes see them.
import { randomBytes, randomUUID, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto"
import { promisify } from "node:util"
import express from "express"
import { CredentialsSignin, ExpressAuth, memoryRevocation } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { z } from "zod"

const form = z.object({ email: z.email().toLowerCase(), password: z.string().min(10).max(200) })
const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt)
const hash = (password: string, salt: string) =>
  derive(password, salt, 64, { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 })

const users = new Map<string, { id: string; salt: string; hash: Buffer }>()
/** So that an unknown address takes as long as a wrong password. */
const nobody = { id: "", salt: "", hash: Buffer.alloc(64) }

async function toUser(password: string, id: string = randomUUID()) {
  const salt = randomBytes(16).toString("hex")
  return { id, salt, hash: await hash(password, salt) }
}

class Malformed extends CredentialsSignin {
  override code = "malformed"
}

async function authorize(typed: unknown) {
  const { data } = form.safeParse(typed)
  if (!data) throw new Malformed()
  const user = users.get(data.email) ?? nobody
  const isRight = timingSafeEqual(await hash(data.password, user.salt), user.hash)
  return isRight && user !== nobody ? { id: user.id, email: data.email } : null
}

const credentials = {
  email: { type: "email", required: true },
  password: { type: "password", required: true },
}
const auth = ExpressAuth({
  providers: [Credentials({ credentials, authorize })],
  messages: { malformed: "Type an e-mail address, and a password of at least 10 characters." },
  revocation: memoryRevocation(),
})

export const app = express()
app.use("/auth", auth)
app.use(express.urlencoded())
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.email}`))

app.post("/sign-up", async (req, res) => {
  const { data } = form.safeParse(req.body)
  const user = data && (await toUser(data.password))
  if (user && !users.has(data.email)) users.set(data.email, user) // whoever has an account keeps it
  await auth.signIn(req, res, "credentials")
})

app.post("/password", auth.requireAuth(), async (req, res) => {
  const { email = "", id = "" } = req.auth.user
  const { data } = form.safeParse({ email, password: req.body.new })
  const user = await authorize({ email, password: req.body.current }).catch(() => null)
  if (!data || !user)
    return void res.status(400).send("The new password is too short, or the current one wrong.")
  users.set(data.email, await toUser(data.password, id))
  await auth.sessions.revokeUser(id)
  await auth.signIn(req, res, "credentials", { fields: data })
})

if (process.argv[1] === import.meta.filename) app.listen(3000)
