import express from "express"
import { ExpressAuth } from "express-authjs"
import GitHub from "express-authjs/providers/github"
import { secret, serve, user } from "../support/contender.js"
import { sealToken } from "../support/tokens.js"

const TOKENS = 10_000

const app = express()
const auth = ExpressAuth({
  trustHost: true,
  secret,
  session: { cache: false },
  providers: [GitHub({ clientId: "bench", clientSecret: "bench" })],
})
app.use("/auth", auth)
app.get("/me", auth.requireAuth(), (req, res) => res.json({ user: req.auth.user }))

serve(app, {
  title: "**express-authjs**, JWT cold (10,000 tokens, cache off)",
  signIn: () => Promise.all(Array.from({ length: TOKENS }, () => sealToken(user, secret))),
})
