import express from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { signInWithCredentials } from "../support/browser.js"
import { secret, serve, user } from "../support/contender.js"

const app = express()
const auth = ExpressAuth({ trustHost: true, secret, providers: [Credentials({ authorize: () => user })] })
app.use("/auth", auth)
app.get("/me", auth.requireAuth(), (req, res) => res.json({ user: req.auth.user }))

serve(app, { title: "**express-authjs**, JWT warm", signIn: signInWithCredentials })
