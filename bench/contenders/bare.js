import express from "express"
import { secret, serve, user } from "../support/contender.js"
import { sealToken } from "../support/tokens.js"

// Nothing in front of the route, and the very request that express-authjs gets: parsing headers has its price too.
const app = express()
app.get("/me", (_req, res) => res.json({ user }))

serve(app, { title: "bare Express", guarded: false, signIn: () => sealToken(user, secret) })
