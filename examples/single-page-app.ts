// How does a single-page app sign users in, find out who they are, and call an API?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET.
import express from "express"
import { ExpressAuth } from "express-authjs"

const auth = ExpressAuth({ providers: [{ id: "sso", name: "Company account", type: "oidc" }] })

export const app = express()
app.use("/auth", auth)
app.get("/api/me", auth.requireAuth(), (req, res) => res.json(req.auth.user)) // anonymous: 401, never a redirect
app.use("/api", (_req, res) => void res.sendStatus(404))

// In your app: express.static("dist"), which contains what Vite built.
const script = `
  import { onSession, signIn, signOut } from "/auth/assets/client.js"

  const button = document.querySelector("button")
  onSession(async (session) => {
    button.textContent = session ? "Sign out" : "Sign in"
    button.onclick = () => (session ? signOut() : signIn("sso"))
    const me = await fetch("/api/me")
    document.querySelector("p").textContent = me.ok ? (await me.json()).name : "Error " + me.status
  })
`
app.get("/app.js", (_req, res) => void res.type("js").send(script))

// Every other path is a page of the app: its router decides what to show.
app.use((_req, res) => {
  res.send(
    `<!doctype html><title>App</title><p></p><button></button><script type="module" src="/app.js"></script>`,
  )
})

if (process.argv[1] === import.meta.filename) app.listen(3000)
