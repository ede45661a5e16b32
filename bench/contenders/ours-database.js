import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import express from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { signInWithCredentials } from "../support/browser.js"
import { secret, serve, user } from "../support/contender.js"
import { SqliteAdapter } from "../support/sqlite-adapter.js"

const adapter = SqliteAdapter(join(mkdtempSync(join(tmpdir(), "bench-")), "auth.db"))
adapter.createUser(user)

const app = express()
const auth = ExpressAuth({
  trustHost: true,
  secret,
  adapter,
  providers: [Credentials({ authorize: () => user })],
})
app.use("/auth", auth)
app.get("/me", auth.requireAuth(), (req, res) => res.json({ user: req.auth.user }))

serve(app, { title: "**express-authjs**, database on SQLite", signIn: signInWithCredentials })
