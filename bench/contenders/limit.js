import express from "express"
import { secret, serve, user } from "../support/contender.js"
import { sealToken } from "../support/tokens.js"

// What no asynchronous guard can beat: an empty one.
const app = express()
app.get(
  "/me",
  async (_req, _res, next) => next(),
  (_req, res) => res.json({ user }),
)

serve(app, {
  title: "the limit: one empty async handler",
  guarded: false,
  signIn: () => sealToken(user, secret),
})
