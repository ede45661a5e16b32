import express from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { redis } from "express-authjs/redis"
import { signInWithCredentials } from "../support/browser.js"
import { secret, serve, user } from "../support/contender.js"
import { openRedis } from "../support/redis-client.js"

const title = "**express-authjs**, JWT, revocations in Redis"
const { revocation } = redis(await openRedis(title), { prefix: "express-authjs-bench:" })

const app = express()
const auth = ExpressAuth({
  trustHost: true,
  secret,
  revocation,
  providers: [Credentials({ authorize: () => user })],
})
app.use("/auth", auth)
app.get("/me", auth.requireAuth(), (req, res) => res.json({ user: req.auth.user }))

serve(app, { title, signIn: signInWithCredentials })
