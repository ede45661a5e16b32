import { generateKeyPairSync } from "node:crypto"
import express from "express"
import * as authjs from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { signInWithCredentials } from "../support/browser.js"
import { secret, serve, skip, user } from "../support/contender.js"

const title = "**express-authjs**, JWT signed (EdDSA)"
if (!authjs.signed) skip(title, "express-authjs exports no signed()")

const app = express()
const auth = authjs.ExpressAuth({
  trustHost: true,
  secret,
  jwt: authjs.signed({ alg: "EdDSA", key: generateKeyPairSync("ed25519").privateKey }),
  providers: [Credentials({ authorize: () => user })],
})
app.use("/auth", auth)
app.get("/me", auth.requireAuth(), (req, res) => res.json({ user: req.auth.user }))

serve(app, { title, signIn: signInWithCredentials })
