// What does it look like? `npm start` runs this demo: no account, no environment, nothing to install.
import { randomBytes } from "node:crypto"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"
import Nodemailer from "express-authjs/providers/nodemailer"
import Passkey from "express-authjs/providers/passkey"
import { accountPages } from "./support/account-pages.js"
import { createCharles } from "./support/create-charles.js"
import { explainErrors, notFound } from "./support/explain-errors.js"
import { startInbox } from "./support/inbox.js"
import { inboxPages } from "./support/inbox-pages.js"
import { startOpenIdProvider } from "./support/openid-provider.js"
import { pageHeaders } from "./support/page-headers.js"
import { refuseProduction } from "./support/refuse-production.js"
import { serveDemo } from "./support/serve-demo.js"

refuseProduction()
const { issuer, clientId, clientSecret } = await startOpenIdProvider()
const authorization = { params: { prompt: "login", max_age: "60" } } // always prompts, and reports when
const inbox = await startInbox()
const adapter = database("sqlite::memory:", { migrate: true })
const charles = await createCharles(adapter)

const auth = ExpressAuth({
  adapter,
  secret: randomBytes(32).toString("base64url"), // a real app sets AUTH_SECRET
  providers: [
    { id: "demo", name: "Demo ID", type: "oidc", issuer, clientId, clientSecret, authorization },
    Passkey,
    Nodemailer({ server: inbox.server, from: "express-authjs demo <login@example.com>" }),
    charles,
  ],
  callbacks: {
    firstProof() {}, // no password was set before its address was verified
    session({ session: { expires }, user: { id, name, email, image } }) {
      const role = email === "ada@example.com" ? "admin" : "member"
      return {
        expires,
        user: { id, name: name ?? email.replace(/@.*/, ""), email, image: image ?? null, role },
      }
    },
  },
})

export const app = express()
app.set("view engine", "ejs").set("views", `${import.meta.dirname}/views`)
app.use("/assets", express.static(`${import.meta.dirname}/views/assets`))
app.use("/auth", auth)
app.use(pageHeaders(issuer), auth.session())

app.get("/", (_req, res) => res.render("home"))
app.use("/inbox", inboxPages(inbox))
app.use("/account", accountPages(auth))
app.get("/vault", auth.requireAuth({ maxAge: 60 }), (_req, res) => res.render("vault"))
app.get("/admin", auth.requireAuth({ roles: ["admin"] }), (_req, res) => res.render("admin"))
app.post("/sign-out", (req, res) => auth.signOut(req, res, { redirectTo: "/" }))
app.use(notFound, explainErrors)

if (process.argv[1] === import.meta.filename) await serveDemo(app, inbox)
