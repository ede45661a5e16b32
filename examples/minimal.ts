// What is the least code? Sign-in with GitHub, and one guarded page.
// Set AUTH_SECRET, AUTH_GITHUB_ID and AUTH_GITHUB_SECRET; at GitHub register http://localhost:3000/auth/callback/github.
import express from "express"
import { ExpressAuth } from "express-authjs"
import GitHub from "express-authjs/providers/github"

export const app = express()
const auth = ExpressAuth({ providers: [GitHub] })

app.use("/auth", auth)
app.get("/", (_req, res) => res.send('<a href="/dashboard">Dashboard</a>'))
app.get("/dashboard", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name}`))

if (process.argv[1] === import.meta.filename) app.listen(3000)
