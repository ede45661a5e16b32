// What does it look like? `npm start` runs this demo: no account, no environment, nothing to install.
import { randomBytes } from "node:crypto"
import { fileURLToPath } from "node:url"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { startOpenIdProvider } from "../test/support/openid-provider.js"
import { listenOnFreePort } from "./support/listen-on-free-port.js"

const { issuer, clientId, clientSecret } = await startOpenIdProvider()
const admins = ["Ada Lovelace", "admin"]

const config: ExpressAuthConfig = {
  secret: randomBytes(32).toString("base64url"), // a real app sets AUTH_SECRET, and its sessions outlive a restart
  providers: [
    { id: "demo", name: "Demo ID", type: "oidc", issuer, clientId, clientSecret },
    Credentials({
      credentials: {
        name: { label: "Name", required: true },
        password: { placeholder: "It is demo", required: true },
      },
      authorize: ({ name, password }) =>
        password === "demo" ? { id: String(name), name: String(name) } : null,
    }),
  ],
  callbacks: {
    jwt: ({ token, user }) =>
      user ? { ...token, role: admins.includes(user.name ?? "") ? "admin" : "member" } : token,
    session: ({ session, token }) => ({ ...session, user: { ...session.user, role: token.role } }),
  },
}

const views = fileURLToPath(new URL("views", import.meta.url))
const auth = ExpressAuth(config)

export const app = express()
app.set("views", views).set("view engine", "ejs")
app.use("/assets", express.static(`${views}/assets`))
app.use("/auth", auth)
app.use(auth.session())

app.get("/", (_req, res) => res.render("home"))
app.get("/members", auth.requireAuth(), (_req, res) => res.render("members"))
app.get("/admin", auth.requireAuth({ roles: ["admin"] }), (_req, res) => res.render("admin"))
app.post("/sign-out", (req, res) => auth.signOut(req, res, { redirectTo: "/" }))

if (process.argv[1] === import.meta.filename) {
  const wanted = Number(process.env.PORT || 3000)
  const port = await listenOnFreePort(app, wanted)
  const taken = port === wanted ? "" : `   (port ${wanted} is taken; PORT=… chooses another)`
  console.log(`
  express-authjs demo

  Open      http://localhost:${port}${taken}
  Sign in   with Demo ID, as Ada Lovelace (an admin) or anyone you like,
            or with any name and the password "demo"
  Stop      Ctrl+C
`)
}
