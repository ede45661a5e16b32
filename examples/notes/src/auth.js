import { ExpressAuth } from "express-authjs"
import { DevelopmentSignIn } from "express-authjs/development"
import Nodemailer from "express-authjs/providers/nodemailer"
import Passkey from "express-authjs/providers/passkey"
import { adapter } from "./database.js"

const { EMAIL_SERVER, EMAIL_FROM = "Notes <notes@example.com>" } = process.env

/** The people that a developer can sign in as. In production there are none. */
const people = [
  { name: "Ada Lovelace", email: "ada@example.com", role: "admin" },
  { name: "Bob Moran", email: "bob@example.com" },
  { name: "Noor Nomail" },
]

export const auth = ExpressAuth({
  adapter,
  theme: { brandColor: "#7a4a12" },
  providers: [
    { id: "sso", name: "Company account", type: "oidc" },
    Nodemailer({ server: EMAIL_SERVER, from: EMAIL_FROM }),
    Passkey,
    DevelopmentSignIn({ people }),
  ],
  callbacks: {
    // `user` is the row, read with the session on every request: a new role takes effect at once.
    session: ({ session, user }) => ({ ...session, user: { ...session.user, role: user.role ?? "member" } }),
  },
})
