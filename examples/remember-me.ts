// How do users choose whether they stay signed in when they close the browser?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import express from "express"
import { ExpressAuth } from "express-authjs"

const auth = ExpressAuth({
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
  session: {
    remember: "ask", // a box "Keep me signed in" on the sign-in page
    unrememberedMaxAge: 8 * 60 * 60, // without it, a session ends after a working day, even if the browser stays open
  },
})

export const app = express()
app.use("/auth", auth)

app.get("/", auth.requireAuth(), async (req, res) => {
  const signIn = await auth.getSignIn(req)
  res.send(`Hello ${req.auth.user.name}, you ${signIn?.remembered ? "stay" : "do not stay"} signed in`)
})

// A form of your own: its field "remember" is read like the box.
app.get("/welcome", (_req, res) => {
  res.send(`<!doctype html><title>Welcome</title>
    <form method="post" action="/login">
      <label><input type="checkbox" name="remember"> Keep me signed in</label>
      <button>Sign in</button>
    </form>`)
})
app.post("/login", (req, res) => auth.signIn(req, res, "sso", { redirectTo: "/" }))

// The machine in the entrance hall never keeps anyone signed in. The option takes precedence over the field.
app.post("/kiosk", (req, res) => auth.signIn(req, res, "sso", { redirectTo: "/", remember: false }))

if (process.argv[1] === import.meta.filename) app.listen(3000)
