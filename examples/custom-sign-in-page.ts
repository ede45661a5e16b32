// How do I use my own sign-in page, in EJS?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import { fileURLToPath } from "node:url"
import cookieParser from "cookie-parser"
import express from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"

const auth = ExpressAuth({
  pages: { signIn: "/login" },
  providers: [
    { id: "sso", name: "Company account", type: "oidc" },
    Credentials({
      credentials: { username: {}, password: {} },
      // Look the user up in your database, and compare password hashes.
      authorize: ({ username, password }) =>
        username === "ada" && password === "analytical" ? { id: "1", name: "Ada Lovelace" } : null,
    }),
  ],
})

/** Messages for the `error` in the page's URL. Never print the URL itself. */
const messages: Record<string, string> = {
  CredentialsSignin: "Name or password is wrong.",
  OAuthCallbackError: "The sign-in was cancelled.",
}

export const app = express()
app.set("views", fileURLToPath(new URL("views", import.meta.url))).set("view engine", "ejs")
app.use(cookieParser(), express.urlencoded())
app.use("/auth", auth)

app.get("/login", async (req, res) => {
  const { error, callbackUrl } = req.query
  res.render("login", {
    message: error ? (messages[String(error)] ?? "That did not work. Please try again.") : undefined,
    callbackUrl: callbackUrl ?? "/",
    username: req.cookies.username ?? "",
    csrfToken: await auth.getCsrfToken(req, res),
  })
})

// Your own handler can do its own work first, here: remember the name for the next time.
app.post("/login", async (req, res) => {
  res.cookie("username", req.body.username, { httpOnly: true, sameSite: "lax" })
  await auth.signIn(req, res, "credentials")
})

app.get("/", auth.requireAuth(), (req, res) => res.render("welcome", { name: req.auth.user.name }))
app.get("/reports", auth.requireAuth(), (req, res) => res.render("welcome", { name: req.auth.user.name }))

if (process.argv[1] === import.meta.filename) app.listen(3000)
