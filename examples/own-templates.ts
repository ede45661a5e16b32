// How do I change what the built-in pages look like, and put sign-in buttons into my own templates?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import { fileURLToPath } from "node:url"
import express from "express"
import { ExpressAuth } from "express-authjs"

const auth = ExpressAuth({
  providers: [{ id: "sso", name: "Library card", type: "oidc" }],
  // Replaces the layout of the built-in pages. `npx express-authjs eject layout` copies ours, to begin with.
  views: new URL("views/auth", import.meta.url),
})

export const app = express()
app.set("views", fileURLToPath(new URL("views", import.meta.url))).set("view engine", "ejs")
app.use("/auth", auth)

// From here on templates have session, userMenu(), signInButton(), signOutForm() and csrfField().
app.use(auth.views())

app.get("/", (_req, res) => res.render("library", { title: "The library" }))
app.get("/books/:title", (req, res) => res.render("library", { title: req.params.title }))

if (process.argv[1] === import.meta.filename) app.listen(3000)
