// How do users sign in by e-mail, with a link or a code?
// Set AUTH_SECRET, AUTH_URL (such as http://localhost:3000), EMAIL_SERVER (smtp://user:password@host:587) and EMAIL_FROM.
// Without a mail server, set NODE_ENV=development and read mails at /auth/inbox. Install nodemailer@8, kysely and libsql.
import express from "express"
import { ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"
import Nodemailer from "express-authjs/providers/nodemailer"

const { EMAIL_SERVER, EMAIL_FROM = "Example <login@example.com>" } = process.env

const auth = ExpressAuth({
  adapter: database(process.env.AUTH_DATABASE_URL ?? "sqlite::memory:", { migrate: true }),
  theme: { brandColor: "#0a6b4f" },
  providers: [Nodemailer({ server: EMAIL_SERVER, from: EMAIL_FROM })],
})

export const app = express()
app.use("/auth", auth)
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.email}`))

if (process.argv[1] === import.meta.filename) app.listen(3000)
