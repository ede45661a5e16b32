import express from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { secret, user } from "./contender.js"

/** An app that is guarded by express-authjs, with its sessions and users in `adapter`. */
export async function createDatabaseApp(adapter) {
  await adapter.createUser({ ...user, emailVerified: null })
  const app = express()
  const auth = ExpressAuth({
    trustHost: true,
    secret,
    adapter,
    session: { strategy: "database" },
    providers: [Credentials({ authorize: () => user })],
  })
  app.use("/auth", auth)
  app.get("/me", auth.requireAuth(), (req, res) => res.json({ user: req.auth.user }))
  return app
}
