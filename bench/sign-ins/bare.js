import { randomUUID } from "node:crypto"
import express from "express"
import { serve } from "../support/contender.js"

// The floor: both requests of a sign-in with a password, without any authentication.
const app = express()
app.get("/auth/csrf", (_req, res) => res.json({ csrfToken: randomUUID() }))
app.post("/auth/callback/credentials", express.urlencoded({ extended: false }), (_req, res) =>
  res.cookie("authjs.session-token", "signed in").redirect("/"),
)

serve(app, { title: "bare Express", path: "/auth", signIn: () => "" })
