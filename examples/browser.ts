// How do the tabs of a browser stay in step, and how is a user signed out who left the computer?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import express from "express"
import { ExpressAuth } from "express-authjs"

const auth = ExpressAuth({ providers: [{ id: "sso", name: "Company account", type: "oidc" }] })

export const app = express()
app.use("/auth", auth)

const script = `
  import { idle, keepAlive, onSession, signOut } from "/auth/assets/client.js"

  const find = (selector) => document.querySelector(selector)
  find("#sign-out").onclick = () => signOut()

  onSession((session, previous) => {
    if (previous && !session) location.reload() // signed out in another tab: the guard shows the sign-in page
    find("#name").textContent = session?.user.name ?? ""
  })
  keepAlive({ every: 300 })
  idle({
    warnAfter: 600,
    signOutAfter: 660,
    onWarn(signOutAt) {
      find("time").textContent = signOutAt.toLocaleTimeString()
      find("dialog").showModal()
    },
    onEnd: () => find("dialog").close(),
  })
`
app.get("/page.js", (_req, res) => void res.type("js").send(script))

app.get("/", auth.requireAuth(), (_req, res) => {
  res.set("content-security-policy", "default-src 'none'; script-src 'self'; connect-src 'self'")
  res.send(`<!doctype html><html lang="en"><title>Notes</title>
    <h1>Notes of <span id="name"></span></h1>
    <button id="sign-out">Sign out</button>
    <dialog>Are you still there? Press a key, or you will be signed out at <time></time>.</dialog>
    <script type="module" src="/page.js"></script></html>`)
})

if (process.argv[1] === import.meta.filename) app.listen(3000)
