// How do I sign in as anyone, and read mail, before I have registered anywhere?
// Run it with NODE_ENV=development, and choose a person at http://localhost:3000/admin, or ask for a mail and read it at
// /auth/inbox. In production it needs AUTH_SECRET, AUTH_URL, AUTH_GITHUB_ID, AUTH_GITHUB_SECRET and EMAIL_SERVER, and
// there is no one to choose. Install kysely and libsql.
import express from "express"
import { ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"
import { DevelopmentSignIn } from "express-authjs/development"
import GitHub from "express-authjs/providers/github"
import Nodemailer from "express-authjs/providers/nodemailer"

declare module "express-authjs" {
  interface User {
    role?: unknown // in your own app: "admin" | "member" | null
  }
}

const { AUTH_DATABASE_URL = "sqlite::memory:", EMAIL_SERVER } = process.env

const auth = ExpressAuth({
  adapter: database(AUTH_DATABASE_URL, { migrate: true, userColumns: { role: "text" } }),
  providers: [
    GitHub,
    Nodemailer({ server: EMAIL_SERVER, from: "Example <login@example.com>" }),
    DevelopmentSignIn({
      people: [
        { name: "Ada Lovelace", email: "ada@example.com", role: "admin" },
        { name: "Bob Moran", email: "bob@example.com", role: "member" },
        { name: "Noor Nomail", role: "member" },
      ],
    }),
  ],
  callbacks: {
    session: ({ session, user }) => ({ ...session, user: { ...session.user, role: user.role ?? "member" } }),
  },
})

export const app = express()
app.use("/auth", auth)
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name ?? req.auth.user.email}`))
app.get("/admin", auth.requireAuth({ roles: ["admin"] }), (_req, res) => res.send("For admins"))

if (process.argv[1] === import.meta.filename) app.listen(3000)
