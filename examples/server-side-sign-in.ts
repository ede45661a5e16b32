// How do my own handlers sign users in and out, and change the session?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import { fileURLToPath } from "node:url"
import express from "express"
import { ExpressAuth } from "express-authjs"

const auth = ExpressAuth({
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
  callbacks: {
    // updateSession() calls this. The data came from a browser: accept only what users may change.
    jwt({ token, trigger, session }) {
      const name: unknown = trigger === "update" ? session?.name : undefined
      return typeof name === "string" && name.length < 50 ? { ...token, name } : token
    },
  },
})

export const app = express()
app.set("views", fileURLToPath(new URL("views", import.meta.url))).set("view engine", "ejs")
app.use(express.urlencoded())
app.use("/auth", auth)
app.use(auth.session())

// The view reads `session`, which auth.session() set on res.locals.
app.get("/", (_req, res) => res.render("profile"))

// These need no CSRF token: a request that another site made the browser send is refused by its headers.
app.post("/login", (req, res) =>
  auth.signIn(req, res, "sso", { redirectTo: "/", authorizationParams: { prompt: "login" } }),
)

app.post("/logout", (req, res) => auth.signOut(req, res, { redirectTo: "/" }))

app.post("/name", auth.requireAuth(), async (req, res) => {
  await auth.updateSession(req, res, { name: req.body.name })
  res.redirect("/")
})

if (process.argv[1] === import.meta.filename) app.listen(3000)
