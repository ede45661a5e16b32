// How does a front end on another origin sign users in, and call the API?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET and AUTH_SECRET. Install cors. Then
// open http://localhost:5173. In production the two need a common site, such as app.example.com and api.example.com.
import cors from "cors"
import express from "express"
import { ExpressAuth } from "express-authjs"

const { FRONT_END = "http://localhost:5173", API = "http://localhost:3000" } = process.env
const trustedOrigins = [FRONT_END] // exactly, and only your own: their scripts can act for the signed-in user

const auth = ExpressAuth({
  trustedOrigins,
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
})

export const app = express()
app.use(cors({ origin: trustedOrigins, credentials: true })) // before everything that the front end reads
app.use("/auth", auth)
app.get("/api/me", auth.requireAuth(), (req, res) => res.json(req.auth.user))

// The script of your front end, in your app built by Vite.
const script = `
  import { onSession, signIn, signOut } from "${API}/auth/assets/client.js" // in a bundle: "express-authjs/client"

  const button = document.querySelector("button")
  onSession(async (session) => {
    button.textContent = session ? "Sign out" : "Sign in"
    button.onclick = () => (session ? signOut() : signIn("sso"))
    const me = await fetch("${API}/api/me", { credentials: "include" })
    document.querySelector("p").textContent = me.ok ? (await me.json()).name : "Error " + me.status
  })
`
export const frontEnd = express()
frontEnd.get("/app.js", (_req, res) => void res.type("js").send(script))
frontEnd.use((_req, res) => {
  res.send(
    `<!doctype html><title>App</title><p></p><button></button><script type="module" src="/app.js"></script>`,
  )
})

if (process.argv[1] === import.meta.filename) {
  app.listen(3000)
  frontEnd.listen(5173)
}
