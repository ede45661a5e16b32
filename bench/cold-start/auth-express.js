import { ExpressAuth, getSession } from "@auth/express"
import Credentials from "@auth/express/providers/credentials"
import express from "express"
import { answerOnce } from "../support/answer-once.js"
import { signInConfig } from "../support/sign-in-config.js"

const app = express()
const config = signInConfig(Credentials, "http://127.0.0.1:1")
app.use("/auth", ExpressAuth(config))
app.get("/me", async (req, res) => {
  const session = await getSession(req, config)
  if (session) res.json({ user: session.user })
  else res.redirect("/auth/signin")
})

answerOnce(app)
